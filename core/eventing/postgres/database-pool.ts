import { Socket } from 'node:net'
import pg from 'pg'
import type { CircuitBreaker } from '../../foundation/circuit-breaker.ts'
import type { Logger } from '../../foundation/log.ts'
import { serverBreaker } from './server-breakers.ts'

export interface PlanOptions {
  /**
   * Plans each named statement once, and only by indexes. For writers: their statements find rows by key whatever the arrays hold, and
   * planning them for each call costs more than running them. A plan may be made while a table is empty, where reading all of it would be
   * cheapest, and is kept when it has a million rows. Not for queries with filters.
   */
  readonly plansOnce?: boolean
}

/** A connection costs the server a process and both sides a proof of the password: work of every few seconds keeps those that it uses. */
const idleMs = 300_000
const plansByKey = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' }
/** A process that is suspended (by a debugger, or a frozen machine) in the middle of a transaction must not hold its locks. */
const longestPauseMs = 5_000

/**
 * Returns a pool whose connections accept further queries while one runs, and send those of one turn of the event loop
 * together. On a virtual machine, waking the other side costs more than most queries, so fewer and fuller messages are
 * faster.
 */
export function databasePool(connectionString: string, max: number, logger: Logger, { plansOnce = false }: PlanOptions = {}): pg.Pool {
  const options = Object.entries({ idle_in_transaction_session_timeout: longestPauseMs, ...(plansOnce && plansByKey) })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')
  const config = {
    connectionString,
    max,
    options,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: idleMs,
    pipeline: true,
    stream: () => new TurnSocket(),
  }
  const pool = new DatabasePool(config, serverBreaker(connectionString))
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

type Connected = Parameters<pg.Pool['connect']>[0]

/** A pool that, while its server is away, makes one try at a time to connect; who asks meanwhile gets the error of the last try. */
class DatabasePool extends pg.Pool {
  readonly #breaker: CircuitBreaker

  constructor(config: pg.PoolConfig, breaker: CircuitBreaker) {
    super(config)
    this.#breaker = breaker
  }

  override connect(): Promise<pg.PoolClient>
  override connect(connected: Connected): void
  override connect(connected?: Connected): Promise<pg.PoolClient> | undefined {
    if (!connected) return this.idleCount > 0 ? super.connect() : this.#breaker.through(() => super.connect())
    // A connection that is there may still be good.
    if (this.idleCount > 0) return void super.connect(connected)
    try {
      const began = this.#breaker.enter()
      super.connect((error, client, release) => {
        if (error) this.#breaker.failed(began, error)
        else this.#breaker.succeeded(began)
        connected(error, client, release)
      })
    } catch (error) {
      process.nextTick(connected, error, undefined, () => undefined)
    }
    return undefined
  }
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
