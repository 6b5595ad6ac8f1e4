import { aggregates } from '../../domain/aggregates.ts'
import { readModel } from '../read-model.ts'
import { readChangedStreams } from './changed-streams.ts'
import { readDeadLetters } from './dead-letters.ts'
import { readMoment } from './log-times.ts'
import { projectEventLog } from './projector.ts'
import { readEvents, readEventsAfter, readStreamEvents } from './queries.ts'
import { readRebuilds } from './rebuilds.ts'

/** The audit log: what filters find every event by, and the events themselves where their store is in another database. */
export const eventLogReadModel = readModel({
  name: 'event-log',
  tables: [
    { name: 'event_log', key: 'sequence' },
    { name: 'event_bodies', key: 'position' },
    { name: 'log_clock', key: 'only_one' },
  ],
  reads: aggregates,
  lists: ['events', 'stream', 'changes', 'dead-letters', 'rebuilds'],
  apply: projectEventLog,
  queries: {
    list: readEvents,
    ofStream: readStreamEvents,
    after: readEventsAfter,
    moment: readMoment,
    changed: readChangedStreams,
    deadLetters: readDeadLetters,
    rebuilds: readRebuilds,
  },
})
