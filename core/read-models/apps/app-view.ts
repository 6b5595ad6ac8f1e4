import type { AppEvent } from '../../domain/app/state.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const appStates = ['ACTIVE', 'BANNED'] as const
export type AppStateName = (typeof appStates)[number]

export interface AppBindingView {
  readonly selector: string
  /** ms since the epoch. */
  readonly boundAt: number
}

/** An app as people see it, as of `changedAt`. Times are ms since the epoch. */
export interface AppView {
  /** Its name. */
  readonly id: string
  readonly state: AppStateName
  readonly displayName: string
  readonly description: string
  readonly banReason: string | null
  /** Versions that rollouts have brought to all agents and that were not withdrawn, the last one last. */
  readonly releases: readonly string[]
  /** The rollout that has not ended. */
  readonly rolloutId: string | null
  readonly bindings: readonly AppBindingView[]
  readonly createdAt: number
  /** Of the last event in this view. */
  readonly version: number
  readonly changedAt: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveAppView(view: AppView | null, recorded: RecordedEvent<AppEvent>): AppView {
  const { event, stream, version, position: changedAt, recordedAt } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'AppCreated') {
    const { app: id, displayName, description } = event.data
    const fresh = { banReason: null, releases: [], rolloutId: null, bindings: [] }
    return { id, state: 'ACTIVE', displayName, description, ...fresh, createdAt: recordedAt, version, changedAt }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, view, recordedAt), version, changedAt }
}

function changes(event: Exclude<AppEvent, { type: 'AppCreated' }>, view: AppView, recordedAt: number): Partial<AppView> {
  switch (event.type) {
    case 'AppChanged':
      return { displayName: event.data.displayName, description: event.data.description }
    case 'AppBanned':
      return { state: 'BANNED', banReason: event.data.reason }
    case 'AppUnbanned':
      return { state: 'ACTIVE', banReason: null }
    case 'AppBound':
      return { bindings: [...view.bindings, { selector: event.data.selector, boundAt: recordedAt }] }
    case 'AppUnbound':
      return { bindings: view.bindings.filter(({ selector }) => selector !== event.data.selector) }
    case 'AppVersionReleased':
      return { rolloutId: event.data.rolloutId }
    case 'RolloutDone':
      return { rolloutId: null, releases: [...view.releases.filter((one) => one !== event.data.version), event.data.version] }
    case 'RolloutRolledBack':
    case 'RolloutStopped':
      return { rolloutId: view.rolloutId === event.data.rolloutId ? null : view.rolloutId }
    case 'AppVersionWithdrawn':
      return { releases: view.releases.filter((one) => one !== event.data.version) }
    case 'AppVersionUploaded':
    case 'RolloutBatchBegun':
    case 'RolloutBatchEnded':
    case 'RolloutPaused':
    case 'RolloutResumed':
      return {}
  }
}
