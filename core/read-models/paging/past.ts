import type pg from 'pg'
import { Conditions } from './conditions.ts'
import { cursorOf } from './cursor.ts'
import { type ListedRow, orderOf, type Page, type PageRequest, pageOf, pageQuery, type RowReader, type RowSource } from './page.ts'

/** An instant of the past, and the part of the log that it stands for. */
export interface PastMoment {
  /** ms since the epoch. */
  readonly asOf: number
  readonly logId: string
  /** Exclusive sequence: every event up to then is before it. */
  readonly end: number
  /** Exclusive sequence: every event before it was recorded by then. Not above `end`, and the same unless the store's clock went back. */
  readonly sureEnd: number
}

/** What a list is asked for. Both share their values. */
export interface ListConditions {
  /** Over columns that never change. */
  readonly fixed: Conditions
  /** Over columns that later events change. */
  readonly changing: Conditions
}

export function listConditions(): ListConditions {
  const fixed = new Conditions()
  return { fixed, changing: new Conditions(fixed.values) }
}

/** Most rows that one page of the past looks at for a filter by what changes. It bounds the time of a page, not what is found. */
const mostScanned = 10_000

/**
 * Reads a page. With a moment of the past it has the rows that may have matched then: those that were there, and that match now and have
 * not changed since, or have changed. The caller folds the changed ones. Such a page may be short, even empty, with more behind it.
 */
export async function readListed<Row extends ListedRow, Item>(
  pool: pg.Pool,
  source: RowSource,
  { fixed, changing }: ListConditions,
  page: PageRequest,
  past: PastMoment | null,
  reader: RowReader<Row, Item> & { prepare?(rows: readonly Row[]): Promise<void> },
): Promise<Page<Item>> {
  if (past !== null) fixed.add(`${source.place} < ${fixed.value(past.end)}::int8`)
  const isScanned = past !== null && !changing.isEmpty
  const scan = `(select * from ${source.table} ${fixed.where} order by ${orderOf(source)} limit ${mostScanned}) as scanned`
  const matching = isScanned ? `(sequence >= ${fixed.value(past.sureEnd)}::int8 or (${changing.text}))` : changing.text
  // pageQuery adds more.
  const scanValues = [...fixed.values]
  const conditions = isScanned ? new Conditions(fixed.values).with([matching]) : fixed.with(changing.isEmpty ? [] : [matching])
  const listed = isScanned ? { ...source, table: scan, byStretch: false } : source
  const { rows } = await pool.query<Row>(pageQuery(listed, conditions, page), conditions.values)
  await reader.prepare?.(rows)
  const found = await pageOf(rows, page, reader)
  return isScanned && !found.hasNextPage
    ? { ...found, ...(await endOfScan(pool, source, { scan, matching, values: scanValues }, reader, found)) }
    : found
}

/** Where the list goes on if the scan ended before the table did. */
async function endOfScan<Row, Item>(
  pool: pg.Pool,
  { place }: RowSource,
  { scan, matching, values }: { readonly scan: string; readonly matching: string; readonly values: readonly unknown[] },
  { list }: RowReader<Row, Item>,
  { endCursor }: Page<Item>,
): Promise<Pick<Page<Item>, 'hasNextPage' | 'endCursor'>> {
  // Postgres wants to see every value that it is given, so the matches are counted, too.
  const text = `select count(*)::int as scanned, min(${place}) as last, count(*) filter (where ${matching}) as matching from ${scan}`
  const { rows } = await pool.query<{ scanned: number; last: string | null }>(text, [...values])
  const [end] = rows
  if (!end || end.scanned < mostScanned || end.last === null) return { hasNextPage: false, endCursor }
  return { hasNextPage: true, endCursor: cursorOf(list, Number(end.last)) }
}
