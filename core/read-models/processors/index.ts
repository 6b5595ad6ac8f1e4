import { processorAggregate } from '../../domain/processor/processor.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import { readModel } from '../read-model.ts'
import { projectProcessors } from './projector.ts'
import { readLag, readProcessor, readStart } from './queries.ts'

/** The cursors of processors, and which tasks in mode P have ended where in the log. */
export const processorsReadModel = readModel({
  name: 'processors',
  tables: [
    { name: 'processors', key: 'id' },
    { name: 'processor_results', key: 'task_id' },
  ],
  reads: [processorAggregate, taskAggregate],
  apply: projectProcessors,
  queries: { byId: readProcessor, lag: readLag, start: readStart },
})
