import { firstUnsettled } from '@elves/core/domain/schedule/due.ts'
import { type ScheduleEvent, scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import type { ScheduleSettings } from '@elves/core/domain/schedule/settings.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'

/** A time in which a schedule had the same settings. */
export interface Period {
  readonly scheduleId: string
  /** Version of the event that began it. */
  readonly version: number
  /** CLOSED: the schedule was changed, paused or deleted since, but not all instants of the period are settled. */
  readonly state: 'RUNNING' | 'PAUSED' | 'CLOSED'
  readonly settings: ScheduleSettings
  readonly since: number
  /** Null: it goes on. */
  readonly until: number | null
  /** The last instant that fired or was recorded as not fired. */
  readonly settled: number
  /** The task of the last fire. */
  readonly lastTaskId: string | null
  /** Who made it, or last changed or resumed it; null: the row is of an earlier release. */
  readonly madeBy: Actor | null
}

/** Returns the first instant of a period that is not settled; null if there is none. */
export function nextOf({ state, settings, settled, until }: Period): number | null {
  return state === 'PAUSED' ? null : firstUnsettled(settings, settled, until)
}

/** True for the events that the table of periods is made of. */
export function changesPeriods(recorded: RecordedEvent): boolean {
  return scheduleAggregate.isEvent(recorded) || scheduleIdOf(recorded) !== null
}

/** Returns the schedule that an event is about. */
export function scheduleIdOf(recorded: RecordedEvent): string | null {
  if (scheduleAggregate.isEvent(recorded)) return scheduleAggregate.idOf(recorded.stream)
  return recorded.event.type === 'TaskRequested' ? recorded.event.data.scheduleId : null
}

/** Folds an event into the periods of its schedule. An event that is in them already changes nothing. */
export function foldPeriod(periods: readonly Period[], scheduleId: string, recorded: RecordedEvent): readonly Period[] {
  if (scheduleAggregate.isEvent(recorded)) return foldSchedule(periods, scheduleId, recorded)
  if (recorded.event.type !== 'TaskRequested') return periods
  const { fireAt } = recorded.event.data
  const lastTaskId = taskAggregate.idOf(recorded.stream)
  const withTask = periods.map((one) => (one.state === 'CLOSED' ? one : { ...one, lastTaskId }))
  // A task without an instant was asked for by somebody: the rule goes on as if it were not there.
  return fireAt === null ? withTask : settle(withTask, fireAt, fireAt)
}

/** True for the events whose actor lets the schedule fire. */
export function saysWho({ type }: ScheduleEvent): boolean {
  return type === 'ScheduleCreated' || type === 'ScheduleChanged' || type === 'ScheduleResumed'
}

function foldSchedule(periods: readonly Period[], scheduleId: string, { event, version, context }: RecordedEvent<ScheduleEvent>): readonly Period[] {
  if (event.type === 'ScheduleInstantsNotFired') return settle(periods, event.data.from, event.data.before - 1)
  if (periods.some((one) => one.version >= version)) return periods
  const open = periods.find(({ state }) => state !== 'CLOSED')
  const madeBy = saysWho(event) ? context.actor : (open?.madeBy ?? null)
  const begun = (state: Period['state'], since: number, settings = open?.settings): readonly Period[] => {
    if (!settings) return periods
    return [
      ...closed(periods, since),
      { scheduleId, version, state, settings, since, until: null, settled: since, lastTaskId: open?.lastTaskId ?? null, madeBy },
    ]
  }
  switch (event.type) {
    case 'ScheduleCreated': {
      const { isPaused, since, idempotencyKey: _key, requestHash: _hash, ...settings } = event.data
      return begun(isPaused ? 'PAUSED' : 'RUNNING', since, settings)
    }
    case 'ScheduleChanged': {
      const { since, idempotencyKey: _key, ...settings } = event.data
      return begun(open?.state === 'PAUSED' ? 'PAUSED' : 'RUNNING', since, settings)
    }
    case 'SchedulePaused':
      return begun('PAUSED', event.data.at)
    case 'ScheduleResumed':
      return begun('RUNNING', event.data.since)
    case 'ScheduleDeleted':
      return closed(periods, event.data.at)
    case 'ScheduleEnded':
      return periods.filter(({ state }) => state === 'CLOSED')
  }
}

/** Ends what is open. A pause has no instants of its own, so nothing is left of it. */
function closed(periods: readonly Period[], at: number): readonly Period[] {
  const over = periods
    .filter(({ state }) => state !== 'PAUSED')
    .map((one): Period => (one.state === 'CLOSED' ? one : { ...one, state: 'CLOSED', until: at }))
  return over.filter((one) => nextOf(one) !== null)
}

/** The instants from `from` to `to` fired or were recorded as not fired; all before them were so before. */
function settle(periods: readonly Period[], from: number, to: number): readonly Period[] {
  const settled = periods.map((one) => {
    const isOf = one.state !== 'PAUSED' && one.since < from && (one.until === null || from <= one.until)
    return isOf && one.settled < to ? { ...one, settled: to } : one
  })
  return settled.filter((one) => one.state !== 'CLOSED' || nextOf(one) !== null)
}
