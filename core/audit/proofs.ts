import type { Position } from '../eventing/position.ts'
import { ElvesError } from '../foundation/errors.ts'
import { treeWithHead } from './export-log.ts'
import { nodesOf } from './growing-tree.ts'
import { leafText } from './leaf.ts'
import { type Log, TileReader, type TreeTables } from './tile-reader.ts'
import { consistencyPath, inclusionPath, treeRoot } from './tree.ts'
import { hashBytes, idBytes, type KeptHead, tileHashes } from './tree-tables.ts'

/** Proves that an event is in the log that a head covers. Hashes are lower-case hex. */
export interface InclusionProof {
  /** Id of the event. */
  readonly event: string
  /** Of the leaf in the tree. */
  readonly index: number
  /** The text whose hash is the leaf's, of the event as the log has it now. */
  readonly leaf: string
  /** What the tree has. */
  readonly leafHash: string
  /** Lowest node first. */
  readonly path: readonly string[]
  readonly size: number
  readonly rootHash: string
  readonly signedHead: KeptHead
}

/** Proves that the log of `toSize` events begins with the log of `fromSize` events. */
export interface ConsistencyProof {
  readonly fromSize: number
  readonly toSize: number
  readonly fromRootHash: string
  readonly toRootHash: string
  readonly path: readonly string[]
}

/** `event`: its id, or its position. Throws EVENT_NOT_COVERED, LOG_TREE_MISSING. */
export async function inclusionProof(tables: TreeTables, log: Log, event: string | Position): Promise<InclusionProof> {
  const { state, head } = await treeWithHead(tables)
  const { logId } = state
  const found = await placeOf(tables, new TileReader(tables, log, state), logId, event)
  if (!found || found.index >= head.size) throw new ElvesError('EVENT_NOT_COVERED', `no signed head covers an event ${event} of this log`)
  const { index, recorded } = found
  const tile = await tables.tile(logId, 0, Math.floor(index / tileHashes))
  const at = (index % tileHashes) * hashBytes
  const path = await inclusionPath(
    index,
    head.size,
    nodesOf((level, number) => tables.tile(logId, level, number)),
  )
  return {
    event: recorded.id,
    index,
    leaf: leafText(recorded),
    leafHash: tile?.hashes.toString('hex', at, at + hashBytes) ?? '',
    path: path.map(hex),
    size: head.size,
    rootHash: head.rootHash,
    signedHead: head,
  }
}

/** Throws SIZE_INVALID, LOG_TREE_MISSING. */
export async function consistencyProof(tables: TreeTables, fromSize: number, toSize: number): Promise<ConsistencyProof> {
  const { state, head } = await treeWithHead(tables)
  const areSizes = Number.isInteger(fromSize) && Number.isInteger(toSize) && fromSize >= 1 && fromSize <= toSize && toSize <= head.size
  if (!areSizes) throw new ElvesError('SIZE_INVALID', `expected whole numbers, 1 <= fromSize <= toSize <= ${head.size}`)
  const nodeOf = nodesOf((level, number) => tables.tile(state.logId, level, number))
  const [path, fromRoot, toRoot] = await Promise.all([
    consistencyPath(fromSize, toSize, nodeOf),
    treeRoot(fromSize, nodeOf),
    treeRoot(toSize, nodeOf),
  ])
  return { fromSize, toSize, fromRootHash: hex(fromRoot), toRootHash: hex(toRoot), path: path.map(hex) }
}

async function placeOf(tables: TreeTables, reader: TileReader, logId: string, event: string) {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(event)) {
    const found = await reader.at(event)
    return found && { index: found.index, recorded: found.event }
  }
  const idStart = Buffer.from(event.slice(0, 2 * idBytes), 'hex')
  for (const tile of await tables.tilesWithId(logId, idStart)) {
    const events = await reader.eventsOf(tile)
    const at = events.findIndex(({ id }) => id === event)
    if (events[at]) return { index: tile.number * tileHashes + at, recorded: events[at] }
  }
  return null
}

function hex(node: Buffer): string {
  return node.toString('hex')
}
