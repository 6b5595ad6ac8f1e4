import type { ScheduleInstantsNotFired } from '@elves/schemas/generated/types.ts'
import { lastInstantIn, nextInstant, type ScheduleSettings } from './settings.ts'

/** What the scheduler knows of a schedule that has something due. */
export interface DueSchedule {
  readonly settings: ScheduleSettings
  /** The first instant that has neither made a task nor been recorded as not fired. */
  readonly next: number
  /** The schedule was changed, paused or deleted then: no instant of these settings after it; null: the settings are those of now. */
  readonly until: number | null
  /** The task of the last fire, if it has not ended, or when it ended; null: not asked, or there is none. */
  readonly previous: PreviousFire | null
}

export interface PreviousFire {
  readonly taskId: string
  /** Null: it has not ended. */
  readonly endedAt: number | null
}

/** What is done about what is due, in this order. */
export interface DueDecision {
  readonly notFired: ScheduleInstantsNotFired | null
  /** The instant that fires. */
  readonly fire: number | null
}

/** An instant that is found due later than this is a misfire. */
export const lateMs = 1_000

const nothing: DueDecision = { notFired: null, fire: null }

/**
 * Decides about the instants from `next` to `now`, at most one fire at a time: an instant is always settled before the next, so that
 * a crash between two steps leaves none out. Pure.
 */
export function decideDue(due: DueSchedule, now: number): DueDecision {
  const { settings, next, until, previous } = due
  if (next > now) return nothing
  if (until !== null) {
    const reason = 'MISFIRE: it had not fired when the schedule was changed, paused or deleted'
    return { notFired: range(due, next, until + 1, 'MISSED', reason), fire: null }
  }
  const isRunning = previous !== null && previous.endedAt === null
  if (isRunning && settings.overlap === 'QUEUE') return nothing
  if (isRunning && settings.overlap === 'SKIP') {
    return { notFired: range(due, next, now + 1, 'SKIPPED', `OVERLAP: task ${previous.taskId} had not ended`), fire: null }
  }
  // The wait for the task before is not lateness of the platform.
  const waitedUntil = settings.overlap === 'QUEUE' ? Math.max(next, previous?.endedAt ?? next) : next
  return now - waitedUntil <= lateMs ? { notFired: null, fire: next } : misfire(due, now)
}

function misfire(due: DueSchedule, now: number): DueDecision {
  const { settings, next } = due
  const { misfire, misfireGraceMs } = settings
  const reason = (why: string) => `MISFIRE: found due ${((now - next) / 1000).toFixed(1)} s late, ${why}`
  const missed = (before: number, why: string) => range(due, next, before, 'MISSED', reason(why))
  switch (misfire) {
    case 'FIRE_ALL':
      if (now - next <= misfireGraceMs) return { notFired: null, fire: next }
      return { notFired: missed(now - misfireGraceMs, `more than the grace of ${misfireGraceMs} ms`), fire: null }
    case 'FIRE_ONCE': {
      const last = lastInstantIn(settings, next, now + 1) ?? next
      if (now - last > misfireGraceMs) return { notFired: missed(now + 1, `more than the grace of ${misfireGraceMs} ms`), fire: null }
      return { notFired: last > next ? missed(last, 'only the latest of several fires') : null, fire: last }
    }
    case 'SKIP':
    case 'UNKNOWN':
      return { notFired: missed(now - lateMs, 'its policy is SKIP'), fire: null }
  }
}

function range(
  { settings }: DueSchedule,
  from: number,
  before: number,
  outcome: ScheduleInstantsNotFired['outcome'],
  reason: string,
): ScheduleInstantsNotFired {
  const { rule, timeZone } = settings
  return { rule, timeZone, from, before: Math.max(before, from + 1), outcome, reason }
}

/** Records that the task of an instant was refused. */
export function refusedFire({ rule, timeZone }: ScheduleSettings, instant: number, code: string, message: string): ScheduleInstantsNotFired {
  return { rule, timeZone, from: instant, before: instant + 1, outcome: 'REFUSED', reason: `${code}: ${message}` }
}

/** Returns the first instant that is not settled yet, after those up to `settled`. */
export function firstUnsettled(settings: ScheduleSettings, settled: number, until: number | null): number | null {
  const next = nextInstant(settings, settled)
  return next === null || (until !== null && next > until) ? null : next
}
