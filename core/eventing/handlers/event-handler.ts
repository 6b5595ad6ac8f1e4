import type pg from 'pg'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { Pauses } from '../../foundation/waiting.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch, RecordedEvent } from '../event-store.ts'
import { checkFence } from '../leases/lease.ts'
import type { Position } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { type UnreadableEvent, unreadableEvent } from '../unreadable-event.ts'
import { moveCheckpoint, readCheckpoint } from './checkpoint.ts'
import { Milestones } from './milestones.ts'
import { restAfter } from './rest.ts'

const retryPauses = { firstMs: 100, longestMs: 5_000 }

export interface EventHandlerOptions {
  /** Name of the handler and of its checkpoint. */
  readonly name: string
  readonly store: EventFeed
  readonly pool: pg.Pool
  /** Schema of the table `checkpoints`. */
  readonly schema: string
  readonly logger: Logger
  /** Most events in a transaction; default 1 000. */
  readonly batchSize?: number
  /** The lease that the handler works under; it is checked in each transaction. */
  readonly fence?: { readonly name: string; readonly token: number }
  /** Handles the events, in the transaction that moves the checkpoint. */
  apply(client: pg.PoolClient, events: readonly RecordedEvent[]): Promise<void>
  /** Keeps note of an event that can not be read, in the transaction that moves the checkpoint past it. Without it, such an event stops the handler. */
  setApart?(client: pg.PoolClient, unreadable: UnreadableEvent): Promise<void>
  /** Called after the commit of each batch. */
  handled?(events: readonly RecordedEvent[], tookMs: number): void
}

export interface EventHandlerStatus {
  /** All events up to here are handled; null: none yet. */
  readonly position: Position | null
  readonly state: 'CATCHING_UP' | 'LIVE' | 'STOPPED'
  /** The error that stopped it, or that it is retrying now. */
  readonly error: ElvesError | null
}

export interface EventHandler extends Running {
  status(): EventHandlerStatus
  /**
   * Resolves when all events up to this position are handled. Throws READ_MODEL_BEHIND (canRetry) if the time is over or the
   * handler has stopped.
   */
  reached(position: Position, timeoutMs: number): Promise<void>
  /** Resolves when the handler has stopped, by `stop` or by an error. */
  readonly stopped: Promise<void>
}

/**
 * Runs a handler from its checkpoint on. Each batch is one transaction, with the move of the checkpoint and a notification
 * on `<schema>_commit` (payload: name and position). Failures of the database are retried; any other error stops the
 * handler, and shows in its status.
 */
export function runEventHandler(options: EventHandlerOptions): EventHandler {
  return new RunningHandler(options)
}

class RunningHandler implements EventHandler {
  readonly #options: EventHandlerOptions
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  readonly #milestones = new Milestones()
  #status: EventHandlerStatus = { position: null, state: 'CATCHING_UP', error: null }
  #checkpoint: Position | null = null
  readonly #tries: Tries
  readonly #pauses = new Pauses(retryPauses, this.#stopping.signal)
  readonly stopped: Promise<void>

  constructor(options: EventHandlerOptions) {
    this.#options = options
    this.#logger = options.logger.child({ handler: options.name })
    this.#tries = new Tries(this.#logger)
    this.stopped = this.#run()
  }

  status(): EventHandlerStatus {
    return this.#status
  }

  reached(position: Position, timeoutMs: number): Promise<void> {
    return this.#milestones.reached(position, timeoutMs, this.#options.name)
  }

  stop(): Promise<void> {
    this.#stopping.abort()
    return this.stopped
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow()
      } catch (thrown) {
        const error = asElvesError(thrown)
        if (!error.canRetry) {
          this.#end(error)
          return
        }
        this.#status = { ...this.#status, error }
        if (!this.#tries.failed(error))
          this.#logger.warn({ err: error, retryMs: this.#pauses.nextMs }, 'an event handler failed; it goes on from its checkpoint')
        await this.#pauses.pause()
      }
    }
    this.#end(null)
  }

  /** Starts from the checkpoint in the database: that is right after a commit of unknown outcome, and after another instance moved it. */
  async #follow(): Promise<void> {
    const { store, pool, schema, name, batchSize } = this.#options
    this.#checkpoint = await patiently(() => readCheckpoint(pool, schema, name))
    this.#status = { ...this.#status, position: this.#checkpoint, state: 'CATCHING_UP' }
    if (this.#checkpoint !== null) this.#milestones.pass(this.#checkpoint)
    const subscription = store.subscribe({ after: this.#checkpoint, signal: this.#stopping.signal, ...(batchSize && { batchSize }) })
    // A batch ends before an event that can not be read, so all before that is handled when the subscription fails.
    for await (const batch of this.#withoutUnreadable(subscription)) {
      const startedAt = performance.now()
      if (batch.events.length > 0) await this.#handle(batch)
      const tookMs = performance.now() - startedAt
      if (batch.events.length > 0) this.#options.handled?.(batch.events, tookMs)
      this.#pauses.reset()
      this.#tries.over()
      // A live handler stays live: being a batch behind is normal under load.
      const state = batch.isCaughtUp ? 'LIVE' : this.#status.state
      this.#status = { position: batch.position, state, error: null }
      this.#milestones.pass(batch.position)
      if (batch.isCaughtUp && batch.events.length > 0) await restAfter(tookMs, this.#stopping.signal)
    }
  }

  async #handle({ events, position }: EventBatch): Promise<void> {
    const { pool, schema, name, fence, apply } = this.#options
    await inTransaction(pool, async (client) => {
      if (fence) await checkFence(client, fence.name, fence.token)
      await apply(client, events)
      await moveCheckpoint(client, schema, { name, from: this.#checkpoint, to: position })
    })
    this.#checkpoint = position
  }

  async *#withoutUnreadable(batches: AsyncIterable<EventBatch>): AsyncGenerator<EventBatch> {
    try {
      yield* batches
    } catch (thrown) {
      const { setApart, pool, schema, name, fence } = this.#options
      const unreadable = unreadableEvent(thrown)
      if (!setApart || !unreadable) throw thrown
      const { position } = unreadable
      await inTransaction(pool, async (client) => {
        if (fence) await checkFence(client, fence.name, fence.token)
        await setApart(client, unreadable)
        await moveCheckpoint(client, schema, { name, from: this.#checkpoint, to: position })
      })
      this.#checkpoint = position
      this.#status = { ...this.#status, position, error: null }
      this.#milestones.pass(position)
    }
  }

  #end(error: ElvesError | null): void {
    this.#tries.over()
    this.#status = { ...this.#status, state: 'STOPPED', error }
    if (error) this.#logger.error({ err: error, ...error.facts, position: this.#status.position }, 'an event handler stopped')
    this.#milestones.close(error ?? new ElvesError('SHUTTING_DOWN', 'the event handler was stopped'))
  }
}
