import { GrowingTree, nodesOf } from '@elves/core/audit/growing-tree.ts'
import { signHead } from '@elves/core/audit/head.ts'
import { treeRoot } from '@elves/core/audit/tree.ts'
import { beginTree, growTree, type KeptHead, keepHead, readTile, readTreeState, type TreeState, treeQueries } from '@elves/core/audit/tree-tables.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { checkFence, type Lease } from '@elves/core/eventing/leases/lease.ts'
import { formatPosition, type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { readableAfter } from '@elves/core/eventing/unreadable-event.ts'
import type { Signer } from '@elves/core/foundation/ed25519.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Slices } from '@elves/core/foundation/slices.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import type pg from 'pg'
import type { HeadMetrics } from './head-metrics.ts'
import type { HeadPlaces } from './head-places.ts'

export interface LogTreeKeeperOptions {
  readonly store: Pick<EventStore, 'readAll' | 'head'>
  readonly pool: pg.Pool
  /** Opens the key that signs heads. */
  signer(): Promise<Signer>
  readonly places: HeadPlaces
  /** Shortest time between two heads. */
  readonly headMs: number
  readonly metrics: HeadMetrics
  readonly logger: Logger
  /** True while this process makes from the log what agents and tasks wait for: that goes first. */
  isMakingTables(): boolean
}

export interface LogTreeKeeper {
  /** Keeps the tree until the lease ends. */
  whileHeld(lease: Lease): Promise<void>
  /** Takes the events of the log: they are hashed at once, and need not be read again. */
  observe(events: readonly RecordedEvent[]): void
  /** An event at this position can not be read: no tree goes on over it. */
  unreadable(position: Position): void
}

/** Name of the lease. */
export const keeperName = 'log-tree'

const eventsAtOnce = 1_000
const eventsPerWrite = 20_000
const longestSleepMs = 60_000
const afterFailureMs = 1_000
const othersFirstMs = 250

/** Keeps the tree over the log up, and signs heads of it. One instance of all does it, under a lease. */
export function logTreeKeeper(options: LogTreeKeeperOptions): LogTreeKeeper {
  let turn: KeeperTurn | null = null
  return {
    observe: (events) => turn?.observe(events),
    unreadable: (position) => turn?.unreadable(position),
    async whileHeld(lease) {
      turn = new KeeperTurn(options, lease)
      try {
        await turn.run()
      } finally {
        turn = null
      }
    },
  }
}

/**
 * The work of one owner. What is in memory is made again from the log and the tables by the next one: leaves, tiles and head are
 * written in one transaction, which moves the size.
 */
class KeeperTurn {
  readonly #options: LogTreeKeeperOptions
  readonly #lease: Lease
  readonly #wakeUp = wakeUpCall()
  #tree: GrowingTree | null = null
  #written: TreeState | null = null
  #lastHead: KeptHead | null = null
  /** True when the tree begins with what the last head covers. */
  #isProven = false
  /** Sequence of the last event that was observed. */
  #heard: number | null = null
  /** True while the next event that is observed is the next one of the tree. */
  #follows = false

  constructor(options: LogTreeKeeperOptions, lease: Lease) {
    this.#options = options
    this.#lease = lease
  }

  observe(events: readonly RecordedEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    if (this.#follows && this.#tree) this.#hash(this.#tree, events)
    this.#heard = parsePosition(last.position).sequence
    this.#wakeUp.call()
  }

  /** What is observed next does not follow on what is in the tree, so the log is read again. */
  unreadable(position: Position): void {
    this.#begin()
    this.#heard = parsePosition(position).sequence
    this.#wakeUp.call()
  }

  #hash(tree: GrowingTree, events: readonly RecordedEvent[]): void {
    try {
      for (const event of events) if (parsePosition(event.position).sequence > tree.state.lastSequence) tree.add(event)
    } catch {
      // The next round reads it from the store, and says what is wrong with it.
      this.#begin()
    }
  }

  async run(): Promise<void> {
    const { signal } = this.#lease
    const { headMs } = this.#options
    while (!signal.aborted) {
      const isDone = await this.#round()
      await pause(isDone ? headMs : Math.max(headMs, afterFailureMs), signal)
      while (!signal.aborted && isDone && !this.#hasMore()) await this.#wakeUp.sleep(longestSleepMs, signal)
    }
  }

  #hasMore(): boolean {
    const size = this.#tree?.state.size ?? 0
    return this.#tree === null || size > (this.#lastHead?.size ?? 0) || (this.#heard !== null && this.#heard > this.#tree.state.lastSequence)
  }

  /** Forgets what is not written. */
  #begin(): void {
    this.#tree = null
    this.#follows = false
    this.#isProven = false
  }

  async #round(): Promise<boolean> {
    const { logger, places } = this.#options
    try {
      const signer = await this.#options.signer()
      const tree = await this.#upToDate()
      if (!this.#isProven) await this.#prove(tree)
      if (tree.state.size > (this.#lastHead?.size ?? 0)) await this.#write(tree, signer)
      await places.tell(tree.state.logId, this.#lease.signal)
      return true
    } catch (error) {
      const { code, message } = asElvesError(error)
      if (code === 'LEASE_LOST') throw error
      this.#begin()
      if (!this.#lease.signal.aborted) logger.warn({ err: error, code }, `${keeperName}: ${message}; it is tried again`)
      return false
    }
  }

  /** Returns the tree with all events of the log as of now. */
  async #upToDate(): Promise<GrowingTree> {
    const tree = this.#tree ?? (await this.#load())
    this.#tree = tree
    const slices = new Slices()
    while (!this.#follows && !this.#lease.signal.aborted) {
      await this.#othersFirst()
      const { logId, lastSequence } = tree.state
      const from: Position | null = lastSequence === 0 ? null : formatPosition(logId, lastSequence)
      const { events, unreadable } = await readableAfter(this.#options.store, from, eventsAtOnce)
      if (unreadable) {
        // A head of what is before it can still be signed.
        if (tree.state.size > (this.#lastHead?.size ?? 0)) return tree
        throw unreadable.unreadable
      }
      for (const event of events) {
        tree.add(event)
        await slices.rest()
      }
      if (tree.state.size - (this.#written?.size ?? 0) >= eventsPerWrite) await this.#write(tree, null)
      const isAtEnd = events.length === 0
      // Nothing is missed between what was read and the next event that is observed, because all that was observed is in the tree. A
      // busy log has no end to be read: each page takes so long that there is another one. What the last head covers is compared first.
      const isFarEnough = isAtEnd || tree.state.size >= (this.#lastHead?.size ?? 0)
      // Where nothing was observed yet, all that there is was read, and what comes next is observed.
      this.#follows = isFarEnough && (this.#heard === null ? isAtEnd : this.#heard <= tree.state.lastSequence)
      if (isAtEnd) return tree
    }
    return tree
  }

  async #othersFirst(): Promise<void> {
    while (this.#options.isMakingTables() && !this.#lease.signal.aborted) await pause(othersFirstMs, this.#lease.signal)
  }

  async #load(): Promise<GrowingTree> {
    const { pool, store } = this.#options
    const { logId } = parsePosition(await store.head())
    const kept = await readTreeState(pool)
    if (kept?.logId !== logId) await this.#fenced((client) => beginTree(client, logId))
    const state = kept?.logId === logId ? kept : { logId, size: 0, lastSequence: 0 }
    this.#written = state
    this.#lastHead = await treeQueries.lastHead(pool, '', logId, null)
    return GrowingTree.load(state, this.#readTile(logId))
  }

  #readTile(logId: string) {
    return (level: number, number: number) => readTile(this.#options.pool, '', logId, level, number)
  }

  /**
   * Refuses to sign a tree that does not begin with what the last head covers: somebody changed the log and had the tree made anew.
   * The tables may begin anew for a good reason, so it is the finished tree that is compared.
   */
  async #prove(tree: GrowingTree): Promise<void> {
    const head = this.#lastHead
    if (head) {
      const { logId, size } = tree.state
      if (size < head.size) throw unlikeHead(`the log has ${size} events, and its last head covers ${head.size}`)
      if (size > (this.#written?.size ?? 0)) await this.#write(tree, null)
      const root = await treeRoot(head.size, nodesOf(this.#readTile(logId)))
      if (root.toString('hex') !== head.rootHash) throw unlikeHead(`the first ${head.size} events are not those that the last head covers`)
    }
    this.#isProven = true
  }

  async #write(tree: GrowingTree, signer: Signer | null): Promise<void> {
    const { state } = tree
    const from = this.#written as TreeState
    const tiles = tree.takeChanged()
    const unsigned = { logId: state.logId, size: state.size, rootHash: tree.rootHash(), signedAt: Date.now() }
    const head: KeptHead | null = signer && { ...signHead(signer, unsigned), publicKey: signer.publicKey }
    await this.#fenced(async (client) => {
      if (state.size > from.size && !(await growTree(client, from, state, tiles))) throw new Error('the tree was moved by somebody else')
      if (head) await keepHead(client, head)
    })
    this.#written = state
    if (!head) return
    this.#lastHead = head
    this.#options.metrics.signed(head)
  }

  #fenced(work: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    return inTransaction(this.#options.pool, async (client) => {
      await checkFence(client, keeperName, this.#lease.token)
      await work(client)
    })
  }
}

function unlikeHead(what: string): ElvesError {
  return new ElvesError('LOG_TREE_DAMAGED', `${what}; no head is signed`)
}
