import type { EventStore, RecordedEvent } from '../event-store.ts'

/**
 * One thing that a process manager does. Rows of its table only say where to look: what is done is decided by the streams, and
 * the decision is pure.
 */
export interface Duty<Row, Decided> {
  /** The rows that are due, the oldest first. */
  due(limit: number): Promise<readonly Row[]>
  /** Returns false where nothing can be done about the row now; its stream is not read then. Default: something can. */
  isActionable?(row: Row): boolean | Promise<boolean>
  streamOf(row: Row): string
  /** Pure. `history` is the whole stream of the row; null where nothing is to be done. */
  decide(row: Row, history: readonly RecordedEvent[]): Decided | null
  /** Does what was decided, for all rows at once. */
  act(decided: readonly Decided[]): Promise<void>
}

/** How many rows are looked at in one go. */
export const rowsAtOnce = 500

/** Does what is due as of now, once; resolves with how many rows were. As many as `rowsAtOnce`: there may be more. */
export async function fulfil<Row, Decided>(duty: Duty<Row, Decided>, store: Pick<EventStore, 'readStreams'>): Promise<number> {
  const due = await duty.due(rowsAtOnce)
  const areActionable = await Promise.all(due.map((row) => duty.isActionable?.(row) ?? true))
  const rows = due.filter((_, index) => areActionable[index])
  if (rows.length === 0) return due.length
  const histories = await store.readStreams(rows.map((row) => duty.streamOf(row)))
  const decided = rows.map((row, index) => duty.decide(row, histories[index] ?? [])).filter((one) => one !== null)
  if (decided.length > 0) await duty.act(decided)
  return due.length
}
