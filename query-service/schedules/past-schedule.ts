import { scheduleAggregate, scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { evolveScheduleView, type ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import { type StreamPages, streamEventsAsOf } from '../read-side/stream-events.ts'

/** Returns the schedule as it was at an instant; null where it was not made yet. */
export async function scheduleAsOf(pages: StreamPages, scheduleId: string, asOf: number): Promise<ScheduleView | null> {
  let view: ScheduleView | null = null
  for await (const event of streamEventsAsOf(pages, scheduleStream(scheduleId), asOf)) {
    if (scheduleAggregate.isEvent(event)) view = evolveScheduleView(view, event)
  }
  return view
}
