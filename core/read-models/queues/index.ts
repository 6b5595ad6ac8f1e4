import { queueAggregate } from '../../domain/queue/queue.ts'
import { readModel } from '../read-model.ts'
import { projectQueues } from './projector.ts'
import { readQueue, readQueues, readTaskCounts } from './queries.ts'
import { queueStates } from './queue-view.ts'

/** The list of queues, one row each. Their tasks are in the read model of tasks. */
export const queuesReadModel = readModel({
  name: 'queues',
  tables: [{ name: 'queues', key: 'id' }],
  reads: [queueAggregate],
  lists: ['queues'],
  states: queueStates,
  apply: projectQueues,
  queries: { byId: readQueue, list: readQueues, taskCounts: readTaskCounts },
})
