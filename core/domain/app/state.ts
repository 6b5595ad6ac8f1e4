import type { EventOf } from '../aggregate.ts'

/** Events of stream `app-<name>`: those of the app, of its versions and of its rollouts. */
export type AppEvent = EventOf<'app'>

export interface VersionState {
  readonly sha256: string
  readonly bytes: number
  /** Text of elves.json; null: it has none. */
  readonly manifest: string | null
  readonly isWithdrawn: boolean
  /** Somebody has released it, who may use the secrets that its manifest refers to. */
  readonly isReleased: boolean
}

/** A rollout that has not ended. */
export interface OpenRollout {
  readonly id: string
  readonly to: string
  readonly batches: readonly string[]
  readonly pauseMs: number
  readonly confirm: boolean
  readonly maxFailed: string
  /** RUNNING: a batch is on its way. RESTING: the last one has ended. CONFIRMING: somebody has to say that the next one may begin. */
  readonly phase: 'RUNNING' | 'RESTING' | 'CONFIRMING'
  readonly isPaused: boolean
  /** Number of the batch that was begun last; 0: none. */
  readonly batch: number
  /** Agents up to this place shall have the new version; -1: none. */
  readonly cut: number
}

/** How far a rollout had got when another one superseded it. */
export type Superseded = Pick<OpenRollout, 'id' | 'to' | 'cut'>

export interface AppState {
  readonly phase: 'NONE' | 'ACTIVE' | 'BANNED'
  readonly displayName: string
  readonly description: string
  readonly versions: Readonly<Record<string, VersionState>>
  /** Versions that rollouts have brought to all agents, the last one last. */
  readonly releases: readonly string[]
  readonly rollout: OpenRollout | null
  /** Rollouts that another one has superseded since the last release, the last one last: what they have brought is gone back to. */
  readonly superseded: readonly Superseded[]
  /** Rollouts that were begun. */
  readonly rollouts: number
  /** Selectors. */
  readonly bindings: readonly string[]
  /** Keys of the last releases that had one, with the version. */
  readonly keys: readonly (readonly [key: string, version: string])[]
}

export const initialAppState: AppState = {
  phase: 'NONE',
  displayName: '',
  description: '',
  versions: {},
  releases: [],
  rollout: null,
  superseded: [],
  rollouts: 0,
  bindings: [],
  keys: [],
}

const keysKept = 100
/** Of rollouts that were superseded one after the other, none of which ended. */
const supersededKept = 20

/** Returns the version that agents have where no rollout brings another one; null: none. */
export function releasedVersion({ releases, versions }: Pick<AppState, 'releases' | 'versions'>): string | null {
  return releases.findLast((version) => knownVersion({ versions }, version)?.isWithdrawn === false) ?? null
}

/** A version may be called `constructor`. */
export function knownVersion({ versions }: Pick<AppState, 'versions'>, version: string): VersionState | null {
  return Object.hasOwn(versions, version) ? (versions[version] ?? null) : null
}

export function evolveApp(state: AppState, event: AppEvent): AppState {
  switch (event.type) {
    case 'AppCreated':
    case 'AppChanged': {
      const { displayName, description } = event.data
      return { ...state, phase: state.phase === 'NONE' ? 'ACTIVE' : state.phase, displayName, description }
    }
    case 'AppBanned':
      return { ...state, phase: 'BANNED' }
    case 'AppUnbanned':
      return { ...state, phase: 'ACTIVE' }
    case 'AppVersionUploaded': {
      const { version, sha256, bytes, manifest } = event.data
      return { ...state, versions: { ...state.versions, [version]: { sha256, bytes, manifest, isWithdrawn: false, isReleased: false } } }
    }
    case 'AppVersionWithdrawn': {
      const { version } = event.data
      const known = knownVersion(state, version)
      return known ? { ...state, versions: { ...state.versions, [version]: { ...known, isWithdrawn: true } } } : state
    }
    case 'AppBound':
      return { ...state, bindings: [...state.bindings, event.data.selector] }
    case 'AppUnbound':
      return { ...state, bindings: state.bindings.filter((selector) => selector !== event.data.selector) }
    case 'AppVersionReleased': {
      const { version: to, rolloutId: id, batches, pauseMs, confirm, maxFailed, idempotencyKey } = event.data
      const rollout: OpenRollout = { id, to, batches, pauseMs, confirm, maxFailed, phase: 'RESTING', isPaused: false, batch: 0, cut: -1 }
      const keys = idempotencyKey === null ? state.keys : [...state.keys, [idempotencyKey, to] as const].slice(-keysKept)
      const known = knownVersion(state, to)
      const versions = known ? { ...state.versions, [to]: { ...known, isReleased: true } } : state.versions
      return { ...state, versions, rollout, rollouts: state.rollouts + 1, keys }
    }
    case 'RolloutBatchBegun':
      return changed(state, event.data.rolloutId, { phase: 'RUNNING', batch: event.data.batch, cut: event.data.cut })
    case 'RolloutBatchEnded':
      return changed(state, event.data.rolloutId, { phase: state.rollout?.confirm ? 'CONFIRMING' : 'RESTING' })
    case 'RolloutPaused':
      return changed(state, event.data.rolloutId, { isPaused: true })
    case 'RolloutResumed': {
      const phase = state.rollout?.phase === 'CONFIRMING' && !state.rollout.isPaused ? 'RESTING' : state.rollout?.phase
      return changed(state, event.data.rolloutId, { isPaused: false, ...(phase && { phase }) })
    }
    case 'RolloutDone': {
      const releases = [...state.releases.filter((one) => one !== event.data.version), event.data.version]
      return { ...state, rollout: null, superseded: [], releases }
    }
    case 'RolloutRolledBack':
      return { ...state, rollout: null, superseded: state.superseded.filter(({ to }) => to !== state.rollout?.to) }
    case 'RolloutStopped':
      return { ...state, rollout: null, superseded: event.data.cause === 'SUPERSEDED' ? withSuperseded(state) : state.superseded }
  }
}

function withSuperseded({ superseded, rollout }: AppState): readonly Superseded[] {
  if (rollout === null || rollout.cut < 0) return superseded
  const { id, to, cut } = rollout
  return [...superseded, { id, to, cut }].slice(-supersededKept)
}

function changed(state: AppState, id: string, change: Partial<OpenRollout>): AppState {
  return state.rollout?.id === id ? { ...state, rollout: { ...state.rollout, ...change } } : state
}
