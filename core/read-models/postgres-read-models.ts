import { databasePool } from '../eventing/postgres/database-pool.ts'
import { orUnavailable } from '../eventing/postgres/unavailable.ts'
import type { Logger } from '../foundation/log.ts'
import { readAgent, readAgents, readAgentsById } from './agents/queries.ts'
import { CommitListener } from './commit-listener.ts'
import { readEvents, readEventsAfter, readStreamEvents } from './event-log/queries.ts'
import { readSchema } from './migrate.ts'
import { leastPosition, readProjectorStates } from './projector-states.ts'
import type { ReadModels } from './read-models.ts'
import { readCounters } from './state-counts.ts'
import { readTask, readTasks } from './tasks/queries.ts'

export interface PostgresReadModelsOptions {
  readonly connectionString: string
  /** Default `elves_read`. */
  readonly schema?: string
  /** Most connections for queries, beside the one that listens; default 5. */
  readonly poolSize?: number
  readonly logger: Logger
}

/** The query side over the tables that the projectors write; they must be there. Throws STORE_UNAVAILABLE while the database does not answer. */
export async function postgresReadModels(options: PostgresReadModelsOptions): Promise<ReadModels> {
  const { connectionString, schema = readSchema, poolSize = 5, logger } = options
  const pool = databasePool(connectionString, poolSize, logger)
  const commits = new CommitListener(connectionString, schema, logger)
  const projectorStates = () => orUnavailable(readProjectorStates(pool, schema))
  return {
    task: (id) => orUnavailable(readTask(pool, schema, id)),
    tasks: (filter, page) => orUnavailable(readTasks(pool, schema, filter, page)),
    agent: (idOrIp) => orUnavailable(readAgent(pool, schema, idOrIp)),
    agentsById: (ids, maxBytes) => orUnavailable(readAgentsById(pool, schema, ids, maxBytes)),
    agents: (filter, page) => orUnavailable(readAgents(pool, schema, filter, page)),
    events: (filter, order, page) => orUnavailable(readEvents(pool, schema, filter, order, page)),
    streamEvents: (stream, page) => orUnavailable(readStreamEvents(pool, schema, stream, page)),
    eventsAfter: (position, most) => orUnavailable(readEventsAfter(pool, schema, position, most)),
    position: async () => leastPosition((await projectorStates()).map(({ position }) => position)),
    projectors: projectorStates,
    counters: () => orUnavailable(readCounters(pool, schema)),
    onCommit: (listener) => commits.listen(listener),
    close: async () => {
      await commits.stop()
      await pool.end()
    },
  }
}
