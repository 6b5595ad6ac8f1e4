import { type Position, parsePosition } from '../eventing/position.ts'
import { ElvesError } from '../foundation/errors.ts'
import { type ExportRecord, exportFormat } from './export-records.ts'
import { nodesOf } from './growing-tree.ts'
import { leafValues } from './leaf.ts'
import { type Bound, type Log, TileReader, type TreeTables } from './tile-reader.ts'
import { edgeNodes, edgeParts } from './tree.ts'
import { type KeptHead, type TreeState, tileHashes } from './tree-tables.ts'

export interface ExportRange {
  /** Null: from the first event. */
  readonly from: Bound | null
  /** Null: up to what the last head covers. */
  readonly to: Bound | null
}

/** The tree with its last head. Throws LOG_TREE_MISSING. */
export async function treeWithHead(tables: TreeTables): Promise<{ readonly state: TreeState; readonly head: KeptHead }> {
  const state = await tables.state()
  // A head that is signed between the two looks covers more than what the state has.
  const head = state && (await tables.lastHead(state.logId, state.size))
  if (state && head) return { state, head }
  throw new ElvesError('LOG_TREE_MISSING', 'the log has no signed head yet: command-service makes them, with ELVES_AUDIT_KEY_FILE', {
    canRetry: true,
  })
}

/**
 * Yields the records of an export, some at a time: the events of the log as they are now, each beside what the tree has of it, and
 * the heads that cover them. Throws LOG_TREE_MISSING, POSITION_UNKNOWN, and CONFIG_INVALID if the store has another log than the tree.
 */
export async function* exportLog(tables: TreeTables, log: Log, range: ExportRange): AsyncGenerator<readonly ExportRecord[]> {
  const { state, head } = await treeWithHead(tables)
  const { logId } = state
  if (parsePosition(await log.head()).logId !== logId) {
    throw new ElvesError('CONFIG_INVALID', 'this process reads another log than the one of the tree: give it the same store as command-service')
  }
  const reader = new TileReader(tables, log, state)
  const first = range.from === null ? 0 : Math.min(await reader.indexOf(range.from), head.size)
  const next = range.to === null ? head.size : Math.max(first, Math.min(await reader.indexOf(range.to), head.size))
  const nodeOf = nodesOf((level, number) => tables.tile(logId, level, number))
  const left = (await edgeNodes(first, nodeOf)).map((node) => node.toString('hex'))
  yield [{ export: { format: exportFormat, logId, first, next, left } }]
  let events = 0
  let last: Position | null = null
  for (let number = Math.floor(first / tileHashes); number * tileHashes < next; number++) {
    const lines = (await reader.exported(number)).filter(({ index, isExtra }) => (isExtra ? index <= next : index >= first && index < next))
    const heads = await tables.headsBetween(logId, Math.max(first, number * tileHashes), Math.min(next, (number + 1) * tileHashes))
    const records: ExportRecord[] = []
    for (const { index, isExtra, record, event } of lines) {
      records.push(record, ...leafValues(event).map((value) => ({ value })))
      const covering = heads.find(({ size }) => size === index + 1 && size !== head.size)
      if (covering && !isExtra) records.push({ head: covering })
      events += 1
      last = event.position
    }
    yield records
  }
  const right = await Promise.all(edgeParts(next, head.size).map(async ({ height, index }) => (await nodeOf(height, index)).toString('hex')))
  yield [{ closingHead: { ...head, right } }, { end: { events, position: last } }]
}
