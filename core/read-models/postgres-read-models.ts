import { databasePool } from '../eventing/postgres/database-pool.ts'
import { orUnavailable } from '../eventing/postgres/unavailable.ts'
import type { Logger } from '../foundation/log.ts'
import { agentsReadModel } from './agents/index.ts'
import { CommitListener, type Commits } from './commit-listener.ts'
import { eventLogReadModel } from './event-log/index.ts'
import { hurryByDatabase, type TellHurry } from './hurry.ts'
import { readSchema } from './migrate.ts'
import { leastPosition, readProjectorStates } from './projector-states.ts'
import { type BoundQueries, boundQueries, type ReadQueries } from './read-model.ts'
import type { ReadModels } from './read-models.ts'
import { readCounters } from './state-counts.ts'
import { tasksReadModel } from './tasks/index.ts'

export interface PostgresReadModelsOptions {
  readonly connectionString: string
  /** Default `elves_read`. */
  readonly schema?: string
  /** Most connections for queries, beside the one that listens; default 5. */
  readonly poolSize?: number
  readonly logger: Logger
  /** Tells projectors in this process; by default they are told by the database, wherever they run. */
  readonly hurry?: TellHurry
  /** Tells the commits of projectors in this process; by default the database tells them, wherever they run. */
  readonly commits?: Commits
}

/**
 * Opens the query side over the tables that the projectors write; the tables must exist. Throws STORE_UNAVAILABLE while the
 * database does not answer.
 */
export async function postgresReadModels(options: PostgresReadModelsOptions): Promise<ReadModels> {
  const { connectionString, schema = readSchema, poolSize = 5, logger } = options
  const pool = databasePool(connectionString, poolSize, logger)
  const commits = options.commits ?? new CommitListener(connectionString, schema, logger)
  const bound = new Map<ReadQueries, BoundQueries<ReadQueries>>()
  function of<Queries extends ReadQueries>({ queries }: { readonly queries: Queries }): BoundQueries<Queries> {
    const known = bound.get(queries) ?? boundQueries(queries, pool, schema)
    bound.set(queries, known)
    return known as BoundQueries<Queries>
  }
  const [tasks, agents, log] = [of(tasksReadModel), of(agentsReadModel), of(eventLogReadModel)]
  const projectorStates = () => orUnavailable(readProjectorStates(pool, schema))
  return {
    of,
    task: tasks.byId,
    tasks: tasks.list,
    agent: agents.byIdOrIp,
    agentsById: agents.manyById,
    agents: agents.list,
    events: log.list,
    streamEvents: log.ofStream,
    eventsAfter: log.after,
    position: async () => leastPosition((await projectorStates()).map(({ position }) => position)),
    projectors: projectorStates,
    counters: () => orUnavailable(readCounters(pool, schema)),
    hurry: options.hurry ?? hurryByDatabase(pool, schema, logger),
    onCommit: (listener) => commits.listen(listener),
    close: async () => {
      await commits.stop()
      await pool.end()
    },
  }
}
