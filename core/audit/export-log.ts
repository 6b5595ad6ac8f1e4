import type { RecordedEvent } from '../eventing/event-store.ts'
import { type Position, parsePosition } from '../eventing/position.ts'
import { ElvesError } from '../foundation/errors.ts'
import { type AgeingTurn, AgeingTurns } from './ageing-turns.ts'
import { type AgeingProof, type ExportRecord, exportFormat } from './export-records.ts'
import { nodesOf } from './growing-tree.ts'
import { leafText, leafValues } from './leaf.ts'
import { type Bound, type Log, TileReader, type TreeTables } from './tile-reader.ts'
import { edgeNodes, edgeParts, inclusionPath, type NodeOf } from './tree.ts'
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
  const turns = await AgeingTurns.of(log)
  const used = new Map<string, AgeingTurn>()
  const agedBy = (event: RecordedEvent) => {
    const turn = turns.turnOf(event)
    if (turn) used.set(turn.by.event, turn)
    return turn?.by ?? null
  }
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
      records.push(record, ...leafValues(event).map((value) => ({ value: value.text === null ? { ...value, aged: agedBy(event) } : value })))
      const covering = heads.find(({ size }) => size === index + 1 && size !== head.size)
      if (covering && !isExtra) records.push({ head: covering })
      events += 1
      last = event.position
    }
    yield records
  }
  for (const turn of used.values()) {
    const proof = await ageingProof(reader, turn, { size: head.size, nodeOf })
    if (proof) yield [{ ageing: proof }]
  }
  const right = await Promise.all(edgeParts(next, head.size).map(async ({ height, index }) => (await nodeOf(height, index)).toString('hex')))
  yield [{ closingHead: { ...head, right } }, { end: { events, position: last } }]
}

/** Returns the event of a turn with its place in a tree of this size; null: the tree does not have it yet. */
async function ageingProof(
  reader: TileReader,
  { by, position }: AgeingTurn,
  { size, nodeOf }: { readonly size: number; readonly nodeOf: NodeOf },
): Promise<AgeingProof | null> {
  const found = await reader.at(position)
  if (!found || found.event.id !== by.event || found.index >= size) return null
  const path = await inclusionPath(found.index, size, nodeOf)
  return { index: found.index, event: leafText(found.event), path: path.map((node) => node.toString('hex')) }
}
