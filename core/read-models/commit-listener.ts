import { LastingClient } from '../eventing/postgres/lasting-client.ts'
import type { Logger } from '../foundation/log.ts'

/** Fallback for lost notifications: longest delay until a commit is noticed. */
const pollMs = 1000

/** Listens for the projectors' commits on one connection, which is made again when it is lost. */
export class CommitListener {
  readonly #listeners = new Set<() => void>()
  readonly #client: LastingClient
  readonly #poll: NodeJS.Timeout

  constructor(connectionString: string, schema: string, logger: Logger) {
    this.#client = new LastingClient({
      config: { connectionString, application_name: 'elves-commits' },
      logger,
      prepare: async (client) => {
        client.on('notification', () => this.#tell())
        await client.query(`listen ${schema}_commit`)
      },
      // Tells of commits that came while there was no connection.
      onConnected: () => this.#tell(),
      onLost: () => undefined,
    })
    this.#poll = setInterval(() => this.#tell(), pollMs)
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    clearInterval(this.#poll)
    this.#listeners.clear()
    await this.#client.stop()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
