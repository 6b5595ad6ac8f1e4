import type pg from 'pg'
import type { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { type EventHandler, runEventHandler } from '../handlers/event-handler.ts'
import type { Position } from '../position.ts'
import { mergingStore, Urgency } from './merged-batches.ts'
import { TableCatchUp } from './table-catch-up.ts'

/** A table that tells a process manager where to look, made of the log. Its service's migrations make it. */
export interface DueTableDefinition {
  /** Also the name of its checkpoint. */
  readonly name: string
  /** Returns true if the event can change the table at all. */
  wants(event: RecordedEvent): boolean
  /** Applies a batch of wanted events, in the transaction that moves the checkpoint. */
  apply(client: pg.ClientBase, events: readonly RecordedEvent[]): Promise<void>
}

/** Tells the instance that feeds a table that somebody waits for it to have all up to a position. */
export interface HurrySignal {
  readonly position: Position
  /** The table; an earlier release, which has but one, does not say. */
  readonly table?: string
}

/** What instances tell each other of their tables. Nothing depends on its arrival but time. */
export interface DueTableSignals {
  send(name: 'hurry', signal: HurrySignal): Promise<void>
  /** The function that it returns takes the listener away. */
  on(name: 'hurry', listener: (signal: HurrySignal) => void): () => void
  /** Calls the listener with each move of a checkpoint in the schema, by any instance. */
  onCommit(listener: (name: string, position: Position) => void): () => void
}

export interface DueTableOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  /** Of `checkpoints`. */
  readonly schema: string
  readonly signals: DueTableSignals
  readonly logger: Logger
  /** How long live events are collected before they are written; default 1 s. */
  readonly mergeMs?: number
  /** How long the instance that feeds the table has to get there, before the one that waits does it itself; default 300 ms. */
  readonly patienceMs?: number
}

/** The lease that the feeding is done under; checked with each write. */
export interface Fence {
  readonly name: string
  readonly token: number
}

export interface FeedOwner {
  readonly signal: AbortSignal
  readonly fence?: Fence
}

export interface DueTable {
  /** The steady feeding, by one instance at a time; resolves at the abort, rejects where it can not go on. */
  feedWhileOwned(owner: FeedOwner): Promise<void>
  /** Resolves when the table has all that is in the log as of now, whichever instance feeds it; throws READ_MODEL_BEHIND (canRetry). */
  caughtUp(): Promise<void>
  /** False where this instance fed it last and could not go on. */
  isSound(): boolean
}

const defaultMergeMs = 1_000
const defaultPatienceMs = 300
const eventsPerWrite = 20_000

/**
 * One instance feeds the table, under a lease; with more of them all but one would lose each compare-and-set of the checkpoint.
 * An instance that needs all of it asks the one that feeds it to hurry, and where that is silent (its lease has yet to run out)
 * does the work itself: the compare-and-set keeps it right.
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
      store: mergingStore(store, {
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

  /** Has this instance write at once; returns true if it got there in time. */
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

  /** Asks the instance that feeds the table to write at once; returns true if it got there in time. */
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
