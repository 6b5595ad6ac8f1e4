import { aggregates } from '../../domain/aggregates.ts'
import { readModel } from '../read-model.ts'
import { projectEventLog } from './projector.ts'
import { readEvents, readEventsAfter, readStreamEvents } from './queries.ts'

/** The audit log: every event, with the columns that filters use. */
export const eventLogReadModel = readModel({
  name: 'event-log',
  tables: [{ name: 'event_log', key: 'sequence' }],
  reads: aggregates,
  lists: ['events', 'stream'],
  apply: projectEventLog,
  queries: { list: readEvents, ofStream: readStreamEvents, after: readEventsAfter },
})
