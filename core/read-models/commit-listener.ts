import { LastingClient } from '../eventing/postgres/lasting-client.ts'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import { everyTick } from '../foundation/waiting.ts'
import type { Committed } from './read-models.ts'
import { isReadModelName } from './registry.ts'

/** Fallback for lost notifications: longest delay until a commit is noticed. */
const pollMs = 1000

/** Tells what projectors have committed. */
export interface Commits extends Running {
  /** See `ReadModels.onCommit`. */
  listen(listener: (committed: Committed | null) => void): () => void
}

/** Listens for the projectors' commits on one connection, which is made again when it is lost. */
export class CommitListener implements Commits {
  readonly #listeners = new Set<(committed: Committed | null) => void>()
  readonly #client: LastingClient
  readonly #endPoll: () => void

  constructor(connectionString: string, schema: string, logger: Logger) {
    this.#client = new LastingClient({
      config: { connectionString, application_name: 'elves-commits' },
      logger,
      prepare: async (client) => {
        client.on('notification', ({ payload = '' }) => this.#tell(committedOf(payload)))
        await client.query(`listen ${schema}_commit`)
      },
      // Tells of commits that came while there was no connection.
      onConnected: () => this.#tell(null),
      onLost: () => undefined,
    })
    this.#endPoll = everyTick(pollMs, () => this.#tell(null))
  }

  listen(listener: (committed: Committed | null) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#endPoll()
    this.#listeners.clear()
    await this.#client.stop()
  }

  #tell(committed: Committed | null): void {
    for (const listener of this.#listeners) listener(committed)
  }
}

/** The payload is the names, joined by commas, and the position; of a rebuild, which has all names, `rebuild` and the position. */
function committedOf(payload: string): Committed | null {
  const end = payload.lastIndexOf(' ')
  const names = payload.slice(0, end).split(',')
  return names.every((name) => isReadModelName(name)) ? { names, position: payload.slice(end + 1) } : null
}
