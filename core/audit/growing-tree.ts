import type { RecordedEvent } from '../eventing/event-store.ts'
import { parsePosition } from '../eventing/position.ts'
import { ElvesError } from '../foundation/errors.ts'
import { leafText } from './leaf.ts'
import { edgeNodes, logLeafHash, type NodeOf, TreeEdge } from './tree.ts'
import { hashBytes, idBytes, type Tile, type TreeState, tileHashes, tileHeight } from './tree-tables.ts'

/** Reads a tile of the tree; null: there is none. */
export type ReadTile = (level: number, number: number) => Promise<Tile | null>

/** A tile that grows. */
interface OpenTile {
  readonly level: number
  readonly number: number
  readonly afterSequence: number
  readonly hashes: Buffer[]
  /** Hex: {@link idBytes} of each event, one after the other. */
  ids: string
}

/** The tree in the memory of its keeper: the right edge, and the tiles that changed since they were last written. */
export class GrowingTree {
  readonly #edge: TreeEdge
  readonly #open: Map<number, OpenTile>
  #state: TreeState
  #changed = new Set<OpenTile>()

  private constructor(state: TreeState, edge: TreeEdge, open: Map<number, OpenTile>) {
    this.#state = state
    this.#edge = edge
    this.#open = open
  }

  /** Loads the edge of a tree as it was written. */
  static async load(state: TreeState, readTile: ReadTile): Promise<GrowingTree> {
    const open = new Map<number, OpenTile>()
    for (let level = 0, count = state.size; count > 0; level++, count = Math.floor(count / tileHashes)) {
      if (count % tileHashes === 0) continue
      const tile = await readTile(level, Math.floor(count / tileHashes))
      if (tile?.hashes.length !== (count % tileHashes) * hashBytes) throw damaged(level, Math.floor(count / tileHashes))
      open.set(level, { ...tile, hashes: [tile.hashes], ids: tile.ids.toString('hex') })
    }
    return new GrowingTree(state, new TreeEdge(state.size, await edgeNodes(state.size, nodesOf(readTile))), open)
  }

  get state(): TreeState {
    return this.#state
  }

  rootHash(): string {
    return this.#edge.root().toString('hex')
  }

  /** Adds the next event of the log. */
  add(event: RecordedEvent): void {
    const leaf = logLeafHash(leafText(event))
    const id = event.id.slice(0, 2 * idBytes)
    this.#edge.add(leaf, (height, hash) => {
      if (height % tileHeight === 0) this.#addHash(height / tileHeight, hash, height === 0 ? id : '')
    })
    this.#state = { logId: this.#state.logId, size: this.#edge.size, lastSequence: parsePosition(event.position).sequence }
  }

  #addHash(level: number, hash: Buffer, id: string): void {
    const count = Math.floor(this.#state.size / tileHashes ** level)
    const afterSequence = level === 0 ? this.#state.lastSequence : 0
    const tile = this.#open.get(level) ?? { level, number: Math.floor(count / tileHashes), afterSequence, hashes: [], ids: '' }
    tile.hashes.push(hash)
    tile.ids += id
    if (count % tileHashes === tileHashes - 1) this.#open.delete(level)
    else this.#open.set(level, tile)
    this.#changed.add(tile)
  }

  /** Returns the tiles that changed since the last call. */
  takeChanged(): readonly Tile[] {
    const changed = [...this.#changed].map((tile) => ({ ...tile, hashes: Buffer.concat(tile.hashes), ids: Buffer.from(tile.ids, 'hex') }))
    this.#changed = new Set()
    return changed
  }
}

function damaged(level: number, number: number): ElvesError {
  return new ElvesError('LOG_TREE_DAMAGED', `the tree of the log has no whole tile ${level}/${number}`)
}

/** Looks up complete subtrees in tiles. */
export function nodesOf(readTile: ReadTile): NodeOf {
  return async (height, index) => {
    const level = Math.floor(height / tileHeight)
    const count = 2 ** (height % tileHeight)
    const first = index * count
    const number = Math.floor(first / tileHashes)
    const tile = await readTile(level, number)
    const at = (first - number * tileHashes) * hashBytes
    const hashes = tile?.hashes.subarray(at, at + count * hashBytes)
    if (hashes?.length !== count * hashBytes) throw damaged(level, number)
    const edge = new TreeEdge()
    for (let one = 0; one < count; one++) edge.add(Buffer.from(hashes.subarray(one * hashBytes, (one + 1) * hashBytes)))
    return edge.root()
  }
}
