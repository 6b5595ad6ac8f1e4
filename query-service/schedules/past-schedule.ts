import { scheduleAggregate, scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { ScheduleFilter } from '@elves/core/read-models/schedules/queries.ts'
import { evolveScheduleView, type ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { scheduleMatches } from './changes.ts'

/** Returns the schedule as it was at an instant; null where it was not made yet. */
export function scheduleAsOf(pages: StreamPages, id: string, asOf: number): Promise<ScheduleView | null> {
  const of = { aggregate: scheduleAggregate, stream: scheduleStream(id) }
  return viewAsOf(pages, of, asOf, evolveScheduleView)
}

/** The list of schedules as it was. */
export function pastSchedules(readModels: ReadModels, filter: ScheduleFilter, moment: PastMoment): PastList<ScheduleView> {
  const matches = scheduleMatches(filter)
  return {
    moment,
    read: (request) => readModels.of(schedulesReadModel).list(filter, request, moment),
    changedAt: ({ position }) => position,
    asItWas: ({ id }) => scheduleAsOf(readModels, id, moment.asOf),
    matches: (schedule) => matches(schedule) && (schedule.state !== 'DELETED' || (filter.states ?? filter.ids) !== undefined),
  }
}
