import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** Schedules of which the log told something since the last look began: what the look found of them may not hold any more. */
export interface ChangedSchedules {
  /** Takes the events of the log; returns true if they are about a schedule. */
  observe(events: readonly RecordedEvent[]): boolean
  /** A look begins that will see all of them. */
  forget(): void
  has(scheduleId: string): boolean
}

/** Beyond this, all count as changed. An instance that does not look remembers no more than this. */
const mostSchedules = 10_000

export function changedSchedules(limit = mostSchedules): ChangedSchedules {
  const ids = new Set<string>()
  return {
    observe(events) {
      let areConcerned = false
      for (const event of events) {
        if (!scheduleAggregate.isEvent(event)) continue
        areConcerned = true
        if (ids.size < limit) ids.add(scheduleAggregate.idOf(event.stream) ?? '')
      }
      return areConcerned
    },
    forget: () => ids.clear(),
    has: (scheduleId) => ids.size >= limit || ids.has(scheduleId),
  }
}
