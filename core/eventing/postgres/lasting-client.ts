import pg from 'pg'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { serverBreaker } from './server-breakers.ts'
import { storeUnavailable } from './unavailable.ts'

const firstRetryMs = 50
const slowestRetryMs = 2000

export interface LastingClientOptions {
  readonly config: pg.ClientConfig & { readonly connectionString: string }
  readonly logger: Logger
  /** Runs on each new connection before any other use of it. */
  prepare(client: pg.Client): Promise<void>
  onConnected(client: pg.Client): void
  /** Called after each failed attempt to connect and each loss of the connection. */
  onLost(error: Error): void
}

/** A dedicated connection, which is made again whenever it is lost. What its tries come to, the pools of the same server know. */
export class LastingClient implements Running {
  readonly #options: LastingClientOptions
  readonly #tries: Tries
  #client: pg.Client | null = null
  #retryMs = firstRetryMs
  #retryTimer: NodeJS.Timeout | undefined
  #connecting: Promise<void> | undefined
  #isStopped = false

  constructor(options: LastingClientOptions) {
    this.#options = options
    this.#tries = new Tries(options.logger)
    this.#connect()
  }

  /** Null while there is no connection. */
  get client(): pg.Client | null {
    return this.#client
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#tries.over()
    clearTimeout(this.#retryTimer)
    await this.#connecting
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => undefined)
  }

  #connect(): void {
    this.#connecting = this.#tryToConnect().finally(() => {
      this.#connecting = undefined
    })
  }

  async #tryToConnect(): Promise<void> {
    const client = new pg.Client({ connectionTimeoutMillis: 5000, keepAlive: true, ...this.#options.config })
    let lost: Error | null = null
    const lose = (error: Error) => {
      lost ??= error
      if (this.#client === client) this.#lose(client, error)
    }
    client.on('error', lose)
    client.on('end', () => lose(new Error('the connection ended')))
    const breaker = serverBreaker(this.#options.config.connectionString)
    const began = performance.now()
    try {
      await client.connect().catch((error: unknown) => {
        breaker.failed(began, error)
        throw error
      })
      breaker.succeeded(began)
      await this.#options.prepare(client)
      if (lost) throw lost
      if (this.#isStopped) return await client.end()
      this.#client = client
      this.#retryMs = firstRetryMs
      this.#tries.over()
      this.#options.onConnected(client)
    } catch (error) {
      client.end().catch(() => undefined)
      this.#retryLater(error as Error)
    }
  }

  #lose(client: pg.Client, error: Error): void {
    this.#client = null
    client.end().catch(() => undefined)
    this.#retryLater(error)
  }

  #retryLater(error: Error): void {
    this.#options.onLost(error)
    if (this.#isStopped) return
    this.#tries.failed(storeUnavailable(error))
    this.#retryTimer = setTimeout(() => this.#connect(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, slowestRetryMs)
  }
}
