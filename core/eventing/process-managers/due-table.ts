import type pg from 'pg'
import type { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { type EventHandler, runEventHandler } from '../handlers/event-handler.ts'
import { mergingFeed, Urgency } from '../handlers/merged-batches.ts'
import type { Position } from '../position.ts'
import { TableCatchUp } from './table-catch-up.ts'

/** A table, made from the log, that tells a process manager where to look. The migrations of its service create it. */
export interface DueTableDefinition {
  /** Name of the table and of its checkpoint. */
  readonly name: string
  /** Returns true if the event can change the table at all. */
  wants(event: RecordedEvent): boolean
  /** Applies a batch of wanted events, in the transaction that moves the checkpoint. */
  apply(client: pg.ClientBase, events: readonly RecordedEvent[]): Promise<void>
}

/** Tells the instance that feeds a table that another instance waits until it has all events up to a position. */
export interface HurrySignal {
  readonly position: Position
  /** Name of the table. An earlier release, which has only one table, does not send it. */
  readonly table?: string
}

/** Signals between instances about their tables. If one is lost, only time is lost. */
export interface DueTableSignals {
  send(name: 'hurry', signal: HurrySignal): Promise<void>
  /** Adds a listener; the returned function removes it. */
  on(name: 'hurry', listener: (signal: HurrySignal) => void): () => void
  /** Calls the listener with each move of a checkpoint in the schema, by any instance. */
  onCommit(listener: (name: string, position: Position) => void): () => void
}

export interface DueTableOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  /** Schema of the table `checkpoints`. */
  readonly schema: string
  readonly signals: DueTableSignals
  readonly logger: Logger
  /** How long live events are collected before they are written; default 1 s. */
  readonly mergeMs?: number
  /** How long an instance waits for the one that feeds the table, before it does the work itself; default 300 ms. */
  readonly patienceMs?: number
}

/** The lease under which the table is fed; it is checked with each write. */
export interface Fence {
  readonly name: string
  readonly token: number
}

export interface FeedOwner {
  readonly signal: AbortSignal
  readonly fence?: Fence
}

export interface DueTable {
  /** Feeds the table, in one instance at a time. Resolves at the abort; rejects if it can not continue. */
  feedWhileOwned(owner: FeedOwner): Promise<void>
  /** Resolves when the table has all events of the log as of now, whichever instance feeds it. Throws READ_MODEL_BEHIND (canRetry). */
  caughtUp(): Promise<void>
  /** Returns false if this instance was the last to feed the table and could not continue. */
  isSound(): boolean
}

const defaultMergeMs = 1_000
const defaultPatienceMs = 300
const eventsPerWrite = 20_000

/**
 * One instance feeds the table, under a lease; with several, all but one would lose each compare-and-set of the checkpoint.
 * An instance that needs an up-to-date table asks the feeding one to hurry. If that one is silent (its lease has yet to run
 * out), the asking instance does the work itself, which is safe because of the compare-and-set.
 */
export function dueTable(table: DueTableDefinition, options: DueTableOptions): DueTable {
  return new LogFedTable(table, options)
}

class LogFedTable implements DueTable {
  readonly #table: DueTableDefinition
  readonly #options: DueTableOptions
  readonly #patienceMs: number
  readonly #urgency = new Urgency()
  readonly #catchUp: TableCatchUp
  #own: EventHandler | null = null
  #failure: ElvesError | null = null

  constructor(table: DueTableDefinition, options: DueTableOptions) {
    this.#table = table
    this.#options = options
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs
    this.#catchUp = new TableCatchUp({ table, ...options })
  }

  async feedWhileOwned({ signal, fence }: FeedOwner): Promise<void> {
    if (signal.aborted) return
    const handler = this.#handler(fence)
    const stop = () => void handler.stop()
    const stopListening = this.#options.signals.on('hurry', ({ position, table = this.#table.name }) => {
      if (table === this.#table.name) void this.#isThereSoon(handler, position)
    })
    signal.addEventListener('abort', stop, { once: true })
    this.#own = handler
    try {
      await handler.stopped
    } finally {
      this.#own = null
      stopListening()
      signal.removeEventListener('abort', stop)
    }
    const { error } = handler.status()
    if (!error || signal.aborted) return
    if (error.code !== 'LEASE_LOST') this.#failure = error
    throw error
  }

  async caughtUp(): Promise<void> {
    const position = await this.#options.store.head()
    const isThere = this.#own ? await this.#isThereSoon(this.#own, position) : await this.#isThereSoonElsewhere(position)
    if (!isThere) await this.#catchUp.upTo(position)
    this.#failure = null
  }

  isSound(): boolean {
    return this.#failure === null
  }

  #handler(fence: Fence | undefined): EventHandler {
    const { store, pool, schema, logger, mergeMs = defaultMergeMs } = this.#options
    const { name } = this.#table
    return runEventHandler({
      name,
      store: mergingFeed(store, {
        forMs: mergeMs,
        maxEvents: eventsPerWrite,
        urgency: this.#urgency,
        isWanted: (event) => this.#table.wants(event),
      }),
      pool,
      schema,
      logger,
      apply: (client, events) => this.#table.apply(client, events),
      ...(fence && { fence }),
    })
  }

  /** Makes this instance write at once; returns true if it reached the position in time. */
  async #isThereSoon(handler: EventHandler, position: Position): Promise<boolean> {
    const done = this.#urgency.begin()
    try {
      await handler.reached(position, this.#patienceMs)
      return true
    } catch {
      return false
    } finally {
      done()
    }
  }

  /** Asks the instance that feeds the table to write at once; returns true if it reached the position in time. */
  async #isThereSoonElsewhere(position: Position): Promise<boolean> {
    const { signals } = this.#options
    const table = this.#table.name
    const { promise: isThere, resolve } = Promise.withResolvers<boolean>()
    const stopListening = signals.onCommit((name, reached) => {
      if (name === table && reached >= position) resolve(true)
    })
    const timer = setTimeout(() => resolve(false), this.#patienceMs)
    try {
      if (await this.#catchUp.isAt(position)) return true
      await signals.send('hurry', { position, table })
      return await isThere
    } finally {
      clearTimeout(timer)
      stopListening()
    }
  }
}
