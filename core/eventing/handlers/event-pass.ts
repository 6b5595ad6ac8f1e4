import type pg from 'pg'
import { asElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { Pauses, pause, untilAborted } from '../../foundation/waiting.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch, RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { readCheckpoints } from './checkpoint.ts'
import type { EventHandlerStatus } from './event-handler.ts'
import { PassMember } from './pass-member.ts'
import { type PassTransaction, passTransaction } from './pass-transaction.ts'

/** How often a handler that stopped looks whether somebody dealt with what stopped it. */
const defaultReviveMs = 2_000
const retryPauses = { firstMs: 100, longestMs: 5_000 }

/** One of the handlers of a pass. */
export interface PassHandler {
  /** Name of the handler and of its checkpoint. */
  readonly name: string
  /** Handles the events, in the transaction that moves the checkpoint. It shares the connection with the other handlers. */
  apply(client: pg.PoolClient, events: readonly RecordedEvent[]): Promise<void>
}

export interface EventPassOptions {
  readonly store: EventFeed
  readonly pool: pg.Pool
  /** Schema of the table `checkpoints`. */
  readonly schema: string
  readonly logger: Logger
  /** Most events in a transaction. */
  readonly batchSize: number
  readonly handlers: readonly PassHandler[]
  /** How often it is looked whether somebody moved the checkpoint of a handler that stopped; default 2 s. */
  readonly reviveMs?: number
  /** Locks out other instances of these handlers until the end of the transaction. */
  lock(client: pg.ClientBase, names: readonly string[]): Promise<void>
  /** Called for each handler after the commit of its batch. */
  handled?(name: string, events: readonly RecordedEvent[], tookMs: number): void
  /** Called when the handlers that go together have got to a position. */
  passed?(position: Position): void
  /** Called when the status of a handler may have changed. */
  changed?(): void
}

export interface EventPass extends Running {
  /** In the order of the handlers. */
  status(): readonly (EventHandlerStatus & { readonly name: string })[]
  /** Resolves when every handler has handled all events up to this position. Throws like {@link EventHandler.reached}. */
  reached(position: Position, timeoutMs: number): Promise<void>
}

/**
 * Runs several handlers in one pass over the log: one subscription, and for each batch one transaction with one move of all
 * checkpoints and one notification. A handler that fails is set apart and tried alone; if it fails again, it stops, and its
 * status says why, until somebody else moves its checkpoint: a rebuild of its read model, or a release that can do what it can't. A handler
 * that is behind the others catches up alone, and then joins them. In both cases the others go on.
 */
export function runEventPass(options: EventPassOptions): EventPass {
  return new RunningPass(options)
}

class RunningPass implements EventPass {
  readonly #options: EventPassOptions
  readonly #stopping = new AbortController()
  readonly #pauses = new Pauses(retryPauses, this.#stopping.signal)
  readonly #tries: Tries
  readonly #members: readonly PassMember[]
  readonly #running: Promise<void>
  readonly #reviving: Promise<void>
  /** Aborted when another set of members goes together from now on. */
  #regroup = new AbortController()
  #isBegun = false

  constructor(options: EventPassOptions) {
    this.#options = options
    this.#members = options.handlers.map((handler) => new PassMember(handler, options, () => this.#regroup.abort()))
    this.#tries = new Tries(options.logger)
    this.#running = this.#run()
    this.#reviving = this.#reviveMoved()
  }

  status() {
    return this.#members.map((member) => ({ name: member.name, ...member.status() }))
  }

  async reached(position: Position, timeoutMs: number): Promise<void> {
    await Promise.all(this.#members.map((member) => member.milestones.reached(position, timeoutMs, member.name)))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#tries.over()
    await this.#reviving
    await Promise.all([this.#running, ...this.#members.map((member) => member.stopAlone())])
    for (const member of this.#members) if (member.isTogether) member.end(null)
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#regroup = new AbortController()
      const together = this.#members.filter((member) => member.isTogether)
      try {
        await this.#follow(together)
      } catch (thrown) {
        const error = asElvesError(thrown)
        if (!error.canRetry) for (const member of together) member.end(error)
        else {
          for (const member of together) member.failing(error)
          if (!this.#tries.failed(error))
            this.#options.logger.warn({ err: error, retryMs: this.#pauses.nextMs }, 'event handlers failed; they go on from their checkpoints')
          await this.#pauses.pause()
        }
      }
    }
  }

  /** Starts from the checkpoints in the database: that is right after a commit of unknown outcome, and after another instance moved them. */
  async #follow(together: readonly PassMember[]): Promise<void> {
    const { store, batchSize } = this.#options
    const signal = AbortSignal.any([this.#stopping.signal, this.#regroup.signal])
    if (together.length === 0) return untilAborted(signal)
    await this.#readCheckpoints(together)
    if (!this.#isBegun) {
      this.#isBegun = true
      const apart = behindTheNewest(together)
      for (const member of apart) member.catchUpAlone()
      if (apart.length > 0) return
    }
    const transaction = passTransaction(this.#options)
    const after = least(together)
    for await (const batch of store.subscribe({ after, batchSize, signal })) {
      if (!(await this.#handled(transaction, together, batch))) return
      this.#pauses.reset()
      this.#tries.over()
      for (const member of together) member.passed(batch)
      this.#options.passed?.(batch.position)
      this.#options.changed?.()
    }
  }

  /** Looks whether the checkpoints of those that stopped were moved. */
  async #reviveMoved(): Promise<void> {
    const { pool, schema, reviveMs = defaultReviveMs } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await pause(reviveMs, signal)
      const broken = this.#members.filter((member) => member.isBroken)
      if (broken.length === 0 || signal.aborted) continue
      const names = broken.map(({ name }) => name)
      // The database may be away: the next look is soon.
      const checkpoints = await readCheckpoints(pool, schema, names).catch(() => null)
      for (const member of signal.aborted ? [] : broken) {
        const there = checkpoints?.get(member.name)
        if (there !== undefined && there > (member.status().position ?? '')) member.revive(there)
      }
    }
  }

  async #readCheckpoints(together: readonly PassMember[]): Promise<void> {
    const { pool, schema } = this.#options
    const names = together.map(({ name }) => name)
    const checkpoints = await patiently(() => readCheckpoints(pool, schema, names))
    for (const member of together) member.begin(checkpoints.get(member.name) ?? null)
  }

  /** Returns false if a handler failed, and was set apart. */
  async #handled(transaction: PassTransaction, together: readonly PassMember[], { events, position }: EventBatch): Promise<boolean> {
    const shares = together.map((member) => ({ member, events: member.eventsOf(events) })).filter((share) => share.events.length > 0)
    if (shares.length === 0) return true
    const startedAt = performance.now()
    const failed = await transaction(shares, position)
    for (const { member, error } of failed) {
      this.#options.logger.warn({ err: error, handler: member.name }, 'an event handler failed beside others; it is tried alone')
      member.catchUpAlone()
    }
    if (failed.length > 0) return false
    const tookMs = performance.now() - startedAt
    for (const share of shares) this.#options.handled?.(share.member.name, share.events, tookMs)
    return true
  }
}

function behindTheNewest(members: readonly PassMember[]): readonly PassMember[] {
  const newest = members.reduce((latest, { checkpoint }) => (checkpoint !== null && checkpoint > latest ? checkpoint : latest), '')
  return members.filter(({ checkpoint }) => (checkpoint ?? '') < newest)
}

/** The position from which the one that is furthest behind goes on. */
function least(members: readonly PassMember[]): Position | null {
  const all = members.map(({ checkpoint }) => checkpoint)
  if (all.includes(null)) return null
  return (all as Position[]).reduce((one, other) => (one < other ? one : other))
}
