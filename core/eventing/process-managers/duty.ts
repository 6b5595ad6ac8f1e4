import type { EventStore, RecordedEvent } from '../event-store.ts'
import { forReadable } from '../for-readable.ts'

/**
 * One duty of a process manager. The rows of its table only say where to look: the streams decide what is done, and the
 * decision is pure.
 */
export interface Duty<Row, Decided> {
  /** Returns the rows that are due, oldest first. */
  due(limit: number): Promise<readonly Row[]>
  /** Returns false if nothing can be done about the row now; then its stream is not read. Default: true. */
  isActionable?(row: Row): boolean | Promise<boolean>
  streamOf(row: Row): string
  /** Decides what to do about a row; null: nothing. Pure. `history` is the whole stream of the row. */
  decide(row: Row, history: readonly RecordedEvent[]): Decided | null
  /** Carries out what was decided, for all rows at once. */
  act(decided: readonly Decided[]): Promise<void>
}

/** Most rows of one call of {@link fulfil}. */
export const rowsAtOnce = 500

/**
 * Does what is due now, once; what hangs on an event that can not be read is left out. Resolves with the number of due rows; if it is
 * `rowsAtOnce`, there may be more.
 */
export async function fulfil<Row, Decided>(duty: Duty<Row, Decided>, store: Pick<EventStore, 'readStreams'>): Promise<number> {
  const due = await duty.due(rowsAtOnce)
  const areActionable = await Promise.all(due.map((row) => duty.isActionable?.(row) ?? true))
  const rows = due.filter((_, index) => areActionable[index])
  await forReadable(rows, async (some) => {
    const histories = await store.readStreams(some.map((row) => duty.streamOf(row)))
    const decided = some.map((row, index) => duty.decide(row, histories[index] ?? [])).filter((one) => one !== null)
    if (decided.length > 0) await duty.act(decided)
  })
  return due.length
}
