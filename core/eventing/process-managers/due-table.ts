import type pg from 'pg'
import { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { pause, untilAborted } from '../../foundation/waiting.ts'
import type { EventStore, RecordedEvent } from '../event-store.ts'
import { type EventHandler, runEventHandler } from '../handlers/event-handler.ts'
import { mergingFeed, Urgency } from '../handlers/merged-batches.ts'
import type { Position } from '../position.ts'
import { SetApartStreams } from './set-apart-streams.ts'
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

/** The signals between instances about their tables, with their data. */
export interface DueTableSignalData {
  hurry: HurrySignal
  /** Answers a hurry that takes longer: an instance feeds the table, so that nobody else has to. An earlier release does not send it. */
  feeding: { readonly table: string }
}

/** Signals between instances about their tables. If one is lost, only time is lost. */
export interface DueTableSignals {
  send<Name extends keyof DueTableSignalData>(name: Name, data: DueTableSignalData[Name]): Promise<void>
  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof DueTableSignalData>(name: Name, listener: (data: DueTableSignalData[Name]) => void): () => void
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
  /** How long an instance hears nothing of one that feeds the table, before it does some of the work itself; default 300 ms. */
  readonly patienceMs?: number
  /** Nothing of the log is read before it resolves; default at once. While a process starts, a long log would take its CPU from all that the start still does. */
  readonly begins?: Promise<void>
  /** How long nothing may move before a caller that waits is refused; default 10 s. */
  readonly standstillMs?: number
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
  /**
   * Resolves when the table has all events of the log as of now, whichever instance feeds it. That may take as long as the log is.
   * Throws READ_MODEL_BEHIND (canRetry) if nothing moves any more, or the time is over; SHUTTING_DOWN once it is closed.
   */
  caughtUp(withinMs?: number): Promise<void>
  /** Tries once more to read a stream that is set apart. Throws EVENT_UNREADABLE while this release can not. */
  retryStream(stream: string): Promise<void>
  /** Null: this instance does not feed it. */
  feeding(): FeedingStatus | null
  /** Returns false if this instance was the last to feed the table and could not continue. */
  isSound(): boolean
  /** Refuses those that wait. */
  close(): void
}

/** How far the instance is that feeds a table. */
export interface FeedingStatus {
  /** Null: at the beginning. */
  readonly position: Position | null
  /** True once it has got to the end of the log: then the table says what is due. */
  readonly isMade: boolean
}

const defaultMergeMs = 1_000
const defaultPatienceMs = 300
const defaultStandstillMs = 10_000
const eventsPerWrite = 20_000

/**
 * One instance feeds the table, under a lease; with several, all but one would lose each compare-and-set of the checkpoint. An instance
 * that needs an up-to-date table asks the feeding one to hurry, and waits as long as it moves. Only where nobody answers (the lease of
 * an instance that died has yet to run out) the asking instance does some of the work itself, a page at a time.
 *
 * An event that can not be read does not stop it: its stream is set apart, as {@link SetApartStreams} says.
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
  readonly #apart: SetApartStreams
  /** Ends the pages that this instance writes without the lease. */
  #owners = 0
  #isClosed = false
  #isHeldBack = false
  #own: EventHandler | null = null
  #failure: ElvesError | null = null

  constructor(table: DueTableDefinition, options: DueTableOptions) {
    this.#table = table
    this.#options = options
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs
    this.#apart = new SetApartStreams({ table, ...options })
    this.#catchUp = new TableCatchUp({ table, apart: this.#apart, ...options })
  }

  async feedWhileOwned({ signal, fence }: FeedOwner): Promise<void> {
    if (signal.aborted) return
    this.#owners += 1
    try {
      // A page on its way would take the checkpoint from the handler.
      await this.#catchUp.idle()
      await this.#begun(signal)
      if (!signal.aborted) await this.#feed(signal, fence)
    } finally {
      this.#owners -= 1
    }
  }

  async #begun(signal: AbortSignal): Promise<void> {
    const { begins } = this.#options
    if (!begins) return
    this.#isHeldBack = true
    await Promise.race([begins, untilAborted(signal)])
    this.#isHeldBack = false
  }

  async caughtUp(withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    const givesUpAt = performance.now() + withinMs
    await this.#until(await this.#options.store.head(), givesUpAt)
    this.#failure = null
  }

  retryStream(stream: string): Promise<void> {
    return this.#apart.retry(stream)
  }

  feeding(): FeedingStatus | null {
    if (this.#isHeldBack) return { position: null, isMade: false }
    if (!this.#own) return null
    const { position, state } = this.#own.status()
    return { position, isMade: state === 'LIVE' }
  }

  isSound(): boolean {
    return this.#failure === null
  }

  close(): void {
    this.#isClosed = true
  }

  async #feed(signal: AbortSignal, fence: Fence | undefined): Promise<void> {
    const handler = this.#handler(fence)
    const stop = () => void handler.stop()
    const stopListening = this.#options.signals.on('hurry', ({ position, table = this.#table.name }) => {
      if (table === this.#table.name) void this.#hurried(handler, position)
    })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    this.#own = handler
    const over = new AbortController()
    const tryingAgain = this.#tryAgain(AbortSignal.any([signal, over.signal]), fence)
    try {
      await handler.stopped
    } finally {
      over.abort()
      await tryingAgain
      this.#own = null
      stopListening()
      signal.removeEventListener('abort', stop)
    }
    const { error } = handler.status()
    if (!error || signal.aborted) return
    if (error.code !== 'LEASE_LOST') this.#failure = error
    throw error
  }

  /** Never rejects. */
  async #tryAgain(signal: AbortSignal, fence: Fence | undefined): Promise<void> {
    try {
      await this.#apart.tryAgain(signal, fence)
    } catch (error) {
      const { name } = this.#table
      this.#options.logger.warn({ err: error, handler: name }, 'what is set apart was not tried again; the next owner tries it')
    }
  }

  async #until(position: Position, givesUpAt: number): Promise<void> {
    const { standstillMs = defaultStandstillMs } = this.#options
    let at: Position | null = null
    let movedAt = performance.now()
    while (!(await this.#isThereSoon(position))) {
      if (this.#isClosed) throw new ElvesError('SHUTTING_DOWN', 'the service stops', { canRetry: true })
      const checkpoint = await this.#catchUp.checkpoint()
      const now = performance.now()
      if (checkpoint !== at) movedAt = now
      at = checkpoint
      if (now > givesUpAt || now - movedAt > standstillMs) throw this.#behind(position, at)
    }
  }

  #behind(position: Position, at: Position | null): ElvesError {
    const { name } = this.#table
    const facts = { name, position, at }
    return new ElvesError('READ_MODEL_BEHIND', `the table of ${name} did not get to the position in time`, { canRetry: true, facts })
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
      apply: (client, events) => this.#apart.apply(client, events),
      setApart: (client, unreadable) => this.#apart.park(client, unreadable),
      ...(fence && { fence }),
    })
  }

  /** Waits for a moment, and does some of the work where nobody else does. */
  async #isThereSoon(position: Position): Promise<boolean> {
    if (this.#own) return this.#reaches(this.#own, position, this.#patienceMs)
    const heard = await this.#hearsOf(position)
    // Meanwhile this instance may have got the lease.
    if (heard === 'NOTHING' && this.#owners === 0) return this.#catchUp.step(position)
    return heard === 'THERE'
  }

  async #hurried(handler: EventHandler, position: Position): Promise<void> {
    const tell = () => this.#options.signals.send('feeding', { table: this.#table.name })
    const isMade = handler.status().state === 'LIVE'
    if (!isMade) void tell()
    if (!(await this.#reaches(handler, position, this.#patienceMs / 2)) && isMade) await tell()
  }

  /** Makes this instance write at once; returns true if it reached the position in time. */
  async #reaches(handler: EventHandler, position: Position, withinMs: number): Promise<boolean> {
    const done = this.#urgency.begin()
    const startedAt = performance.now()
    try {
      await handler.reached(position, withinMs)
      return true
    } catch {
      // A handler that was stopped refuses at once.
      if (handler.status().state === 'STOPPED') await pause(Math.max(0, startedAt + withinMs - performance.now()))
      return false
    } finally {
      done()
    }
  }

  /** Asks the instance that feeds the table to write at once, and listens until it is there or the time is over. */
  async #hearsOf(position: Position): Promise<'THERE' | 'FEEDING' | 'NOTHING'> {
    const { signals } = this.#options
    const table = this.#table.name
    const { promise, resolve } = Promise.withResolvers<'THERE' | 'FEEDING' | 'NOTHING'>()
    let isFed = false
    const leave = [
      signals.onCommit((name, reached) => {
        if (name !== table) return
        isFed = true
        if (reached >= position) resolve('THERE')
      }),
      signals.on('feeding', (told) => {
        if (told.table === table) isFed = true
      }),
    ]
    let timer: NodeJS.Timeout | undefined
    try {
      if (await this.#catchUp.isAt(position)) return 'THERE'
      await signals.send('hurry', { position, table })
      timer = setTimeout(() => resolve(isFed ? 'FEEDING' : 'NOTHING'), this.#patienceMs)
      return await promise
    } finally {
      clearTimeout(timer)
      for (const each of leave) each()
    }
  }
}
