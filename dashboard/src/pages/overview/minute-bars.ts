import type { TaskRatesQuery } from '../../../generated/operations.ts'
import { failedStates } from '../../parts/task-states.ts'

export const minuteMs = 60_000
export const minutesShown = 60

export interface Bar {
  /** Begin of the minute; ms since the epoch. */
  readonly at: number
  readonly requested: number
  /** Tasks that ended. */
  readonly all: number
  readonly failed: number
  /** Neither succeeded nor failed: cancelled, or skipped. */
  readonly others: number
}

/** The minutes up to the one that is now, each with what happened in it; nothing, where the platform tells none. */
export function barsOf(minutes: TaskRatesQuery['platform']['taskMinutes'], now: number): readonly Bar[] {
  const known = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]))
  // The clock of the platform may be ahead of the browser's.
  const last = Math.max(Math.floor(now / minuteMs) * minuteMs, ...known.keys())
  return Array.from({ length: minutesShown }, (_, index) => {
    const at = last - (minutesShown - 1 - index) * minuteMs
    const { requested = 0, ended = [] } = known.get(at) ?? {}
    const sum = (counts: typeof ended) => counts.reduce((all, { count }) => all + count, 0)
    const all = sum(ended)
    const failed = sum(ended.filter(({ state }) => failedStates.includes(state)))
    const succeeded = sum(ended.filter(({ state }) => state === 'SUCCEEDED'))
    return { at, requested, all, failed, others: all - failed - succeeded }
  })
}
