import { Socket } from 'node:net'
import pg from 'pg'
import type { Logger } from '../../foundation/log.ts'

export interface PlanOptions {
  /**
   * Plans each named statement once. For writers: their statements find rows by key whatever the arrays hold, and planning
   * them for each call costs more than running them. Not for queries with filters.
   */
  readonly plansOnce?: boolean
}

/** A process that is suspended (by a debugger, or a frozen machine) in the middle of a transaction must not hold its locks. */
const longestPauseMs = 5_000

/**
 * Returns a pool whose connections accept further queries while one runs, and send those of one turn of the event loop
 * together. On a virtual machine, waking the other side costs more than most queries, so fewer and fuller messages are
 * faster.
 */
export function databasePool(connectionString: string, max: number, logger: Logger, { plansOnce = false }: PlanOptions = {}): pg.Pool {
  const options = `-c idle_in_transaction_session_timeout=${longestPauseMs}${plansOnce ? ' -c plan_cache_mode=force_generic_plan' : ''}`
  const config = { connectionString, max, options, keepAlive: true, connectionTimeoutMillis: 5_000, pipeline: true, stream: () => new TurnSocket() }
  const pool = new pg.Pool(config)
  // What uses the pool tells whether the database is away.
  pool.on('error', (error) => logger.debug({ err: error }, 'an idle connection to the database was lost'))
  return pool
}

/**
 * Runs steps in order on one connection: sent together if the connection is pipelined, otherwise one after the other. Throws
 * the first error after all have ended, so that no step runs after a rollback.
 */
export async function together(client: pg.ClientBase, steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  if (isPipelined(client)) {
    const results = await Promise.allSettled(steps.map((step) => step()))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    return
  }
  for (const step of steps) await step()
}

export function isPipelined(client: pg.ClientBase): boolean {
  return (client as { pipeline?: boolean }).pipeline === true
}

type Written = (error?: Error | null) => void

/** A socket that holds its output until the end of the turn. */
class TurnSocket extends Socket {
  #isHeld = false

  override write(chunk: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written): boolean {
    if (!this.#isHeld) {
      this.#isHeld = true
      this.cork()
      process.nextTick(() => {
        this.#isHeld = false
        this.uncork()
      })
    }
    return super.write(chunk, encoding as BufferEncoding, written)
  }
}
