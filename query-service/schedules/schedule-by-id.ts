import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { rowsById } from '../read-side/rows-by-id.ts'

/** Loads a schedule by its id; null where the read models do not have it. Those that are asked for at the same time are read together. */
export function scheduleById(context: RequestContext, id: string): Promise<ScheduleView | null> {
  const { list } = context.services.readModels.of(schedulesReadModel)
  return context.loader<ScheduleView>('schedules', (ids, maxBytes) => rowsById(list, ids, maxBytes)).load(id)
}
