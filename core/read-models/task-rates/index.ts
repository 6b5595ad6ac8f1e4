import { taskAggregate } from '../../domain/task/task.ts'
import { readModel } from '../read-model.ts'
import { projectTaskRates } from './projector.ts'
import { readDurations, readMinutes, readNewFailures } from './queries.ts'

/** How many tasks came and ended by minute, how long runs took by app, and which failures are new: counted as they happen. */
export const taskRatesReadModel = readModel({
  name: 'task-rates',
  tables: [
    { name: 'task_minutes', key: 'id' },
    { name: 'task_durations', key: 'id' },
    { name: 'task_failures', key: 'id' },
  ],
  reads: [taskAggregate],
  apply: projectTaskRates,
  queries: { minutes: readMinutes, durations: readDurations, newFailures: readNewFailures },
})
