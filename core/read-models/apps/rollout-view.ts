import type { Actor } from '@elves/schemas/generated/types.ts'
import type { RolloutCounts } from '../../domain/app/commands.ts'
import type { AppEvent } from '../../domain/app/state.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const rolloutStates = ['RUNNING', 'PAUSED', 'CONFIRMING', 'DONE', 'ROLLED_BACK', 'STOPPED'] as const
export type RolloutStateName = (typeof rolloutStates)[number]

/** A rollout as people see it. Times are ms since the epoch. */
export interface RolloutView {
  /** `<app>:<number>`. */
  readonly id: string
  readonly app: string
  readonly from: string | null
  readonly to: string
  readonly state: RolloutStateName
  /** It waits for somebody's word, also while it is paused. */
  readonly isConfirming: boolean
  /** Number of the batch that was begun last; 0: none. */
  readonly batch: number
  readonly batches: readonly string[]
  readonly pauseMs: number
  readonly confirm: boolean
  readonly maxFailed: string
  /** Why it ended before its time. */
  readonly cause: string | null
  readonly reason: string | null
  /** Of its end; null: it goes on, and its agents are counted when one asks. */
  readonly counts: RolloutCounts | null
  readonly startedAt: number
  readonly startedBy: Actor
  readonly endedAt: number | null
  readonly changedAt: Position
}

/** Returns the ids of the rollouts that an event of an app changes. */
export function rolloutsOf({ data }: AppEvent): readonly string[] {
  return 'rolloutId' in data ? [data.rolloutId] : []
}

/** The one fold of its events. An event that is in the view already changes nothing. */
export function evolveRolloutView(view: RolloutView | null, id: string, recorded: RecordedEvent<AppEvent>): RolloutView {
  const { event, stream, position: changedAt, recordedAt, context } = recorded
  if (view && changedAt <= view.changedAt) return view
  if (event.type === 'AppVersionReleased') {
    const { app, version: to, from, batches, pauseMs, confirm, maxFailed } = event.data
    const fresh = { state: 'RUNNING', isConfirming: false, batch: 0, cause: null, reason: null, counts: null, endedAt: null } as const
    return { id, app, from, to, ...fresh, batches, pauseMs, confirm, maxFailed, startedAt: recordedAt, startedBy: context.actor, changedAt }
  }
  if (!view) throw new TypeError(`rollout ${id} of ${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, view, recordedAt), changedAt }
}

function changes(event: AppEvent, view: RolloutView, endedAt: number): Partial<RolloutView> {
  switch (event.type) {
    case 'RolloutBatchBegun':
      return { batch: event.data.batch, isConfirming: false }
    case 'RolloutBatchEnded':
      return view.confirm ? { isConfirming: true, state: view.state === 'RUNNING' ? 'CONFIRMING' : view.state } : {}
    case 'RolloutPaused':
      return { state: 'PAUSED' }
    case 'RolloutResumed':
      if (view.state === 'PAUSED') return { state: view.isConfirming ? 'CONFIRMING' : 'RUNNING' }
      return { state: 'RUNNING', isConfirming: false }
    case 'RolloutDone':
      return { state: 'DONE', counts: countsOf(event.data), endedAt }
    case 'RolloutRolledBack':
      return { state: 'ROLLED_BACK', cause: event.data.cause, reason: event.data.reason, counts: countsOf(event.data), endedAt }
    case 'RolloutStopped':
      return { state: 'STOPPED', cause: event.data.cause, endedAt }
    default:
      return {}
  }
}

function countsOf({ installed, failed, waiting }: RolloutCounts): RolloutCounts {
  return { installed, failed, waiting }
}
