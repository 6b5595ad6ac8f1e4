import { scheduleAggregate } from '../../domain/schedule/schedule.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import { readModel } from '../read-model.ts'
import { readFires, readLastEndedTask } from './fires.ts'
import { projectSchedules } from './projector.ts'
import { readSchedule, readSchedules } from './queries.ts'
import { scheduleStates } from './schedule-view.ts'

/** The list of schedules, one row each, and what became of their instants. */
export const schedulesReadModel = readModel({
  name: 'schedules',
  tables: [
    { name: 'schedules', key: 'id' },
    { name: 'schedule_fires', key: 'id' },
  ],
  reads: [scheduleAggregate, taskAggregate],
  lists: ['schedules', 'fires'],
  states: scheduleStates,
  apply: projectSchedules,
  queries: { byId: readSchedule, list: readSchedules, fires: readFires, lastEndedTask: readLastEndedTask },
})
