import type { EventStore, RecordedEvent } from '../eventing/event-store.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../eventing/position.ts'
import { asElvesError, ElvesError } from '../foundation/errors.ts'
import type { BoundQueries } from '../read-models/read-model.ts'
import type { ExportedEvent } from './export-records.ts'
import { leafText } from './leaf.ts'
import { hashBytes, idBytes, type Tile, type TreeState, tileHashes, type treeQueries } from './tree-tables.ts'

export type TreeTables = BoundQueries<typeof treeQueries>
export type Log = Pick<EventStore, 'readAll' | 'head' | 'readStream'>

/** A place in the log: behind the event at a position, or before the first event recorded at an instant (ms) or later. */
export type Bound = { readonly position: Position } | { readonly instant: number }

/** An event as the log has it now, at its place in the tree. */
export interface Exported {
  readonly index: number
  /** The tree has fewer events here. */
  readonly isExtra: boolean
  readonly record: ExportedEvent
  readonly event: RecordedEvent
}

/** The events of the log, tile by tile: where events were removed or put between others, the next tile fits again. */
export class TileReader {
  readonly #tables: TreeTables
  readonly #log: Log
  readonly #state: TreeState

  constructor(tables: TreeTables, log: Log, state: TreeState) {
    this.#tables = tables
    this.#log = log
    this.#state = state
  }

  async exported(number: number): Promise<readonly Exported[]> {
    const tile = await this.#tables.tile(this.#state.logId, 0, number)
    if (!tile) throw new ElvesError('LOG_TREE_DAMAGED', `the tree of the log has no tile 0/${number}`)
    const events = await this.eventsOf(tile)
    const leaves = Math.min(tileHashes, this.#state.size - number * tileHashes)
    return events.map((event, at) => {
      const isExtra = at >= leaves
      const index = number * tileHashes + Math.min(at, leaves)
      const leaf = isExtra ? null : tile.hashes.toString('hex', at * hashBytes, (at + 1) * hashBytes)
      const treeId = isExtra ? null : tile.ids.toString('hex', at * idBytes, (at + 1) * idBytes)
      return { index, isExtra, event, record: { index, leaf, treeId, event: leafText(event) } }
    })
  }

  /** Returns the events that the log has where the tile is. */
  async eventsOf(tile: Tile): Promise<readonly RecordedEvent[]> {
    const following = await this.#tables.tile(this.#state.logId, 0, tile.number + 1)
    const until = Math.min(following?.afterSequence ?? this.#state.lastSequence, this.#state.lastSequence)
    const events: RecordedEvent[] = []
    let after = tile.afterSequence
    while (after < until) {
      const page = await this.#read(after, tileHashes)
      const [last] = page.slice(-1)
      if (!last) break
      events.push(...page.filter(({ position }) => parsePosition(position).sequence <= until))
      after = parsePosition(last.position).sequence
    }
    return events
  }

  async #read(after: number, limit: number): Promise<readonly RecordedEvent[]> {
    const from = after === 0 ? null : formatPosition(this.#state.logId, after)
    try {
      return await this.#log.readAll({ from, direction: 'forwards', limit })
    } catch (error) {
      // The log ends before this place, although the tree goes on.
      if (asElvesError(error).code === 'POSITION_UNKNOWN') return []
      throw error
    }
  }

  /** Returns the event at a position, with its index; null: the tree does not have it. */
  async at(position: Position): Promise<{ readonly index: number; readonly event: RecordedEvent } | null> {
    const sequence = sequenceIn(this.#state.logId, position)
    const tile = await this.#tables.tileAfter(this.#state.logId, sequence - 1)
    const events = tile ? await this.eventsOf(tile) : []
    const place = events.findIndex((event) => parsePosition(event.position).sequence === sequence)
    const event = events[place]
    return tile && event ? { index: tile.number * tileHashes + place, event } : null
  }

  /** Returns how many events of the tree are before a place. */
  async indexOf(bound: Bound): Promise<number> {
    if ('instant' in bound) return this.#indexSince(bound.instant)
    const sequence = sequenceIn(this.#state.logId, bound.position)
    const tile = await this.#tables.tileAfter(this.#state.logId, sequence)
    return tile ? this.#countIn(tile, (event) => parsePosition(event.position).sequence <= sequence) : 0
  }

  async #countIn(tile: Tile, isBefore: (event: RecordedEvent) => boolean): Promise<number> {
    const events = await this.eventsOf(tile)
    return tile.number * tileHashes + Math.min(events.filter(isBefore).length, tile.hashes.length / hashBytes)
  }

  async #indexSince(instant: number): Promise<number> {
    // The first tile whose first event is not before the instant.
    let [low, high] = [0, Math.ceil(this.#state.size / tileHashes)]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const tile = await this.#tables.tile(this.#state.logId, 0, middle)
      const [first] = tile ? await this.#read(tile.afterSequence, 1) : []
      if (first && first.recordedAt < instant) low = middle + 1
      else high = middle
    }
    const tile = low === 0 ? null : await this.#tables.tile(this.#state.logId, 0, low - 1)
    return tile ? this.#countIn(tile, ({ recordedAt }) => recordedAt < instant) : 0
  }
}
