import { ElvesError } from '../../foundation/errors.ts'
import { Slices } from '../../foundation/slices.ts'
import type { ListName } from '../registry.ts'
import { type Conditions, stretchOf } from './conditions.ts'
import { cursorOf } from './cursor.ts'

/** A keyset page, newest first unless stated otherwise. */
export interface Page<Item> {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[]
  /** Where the list continues: after the last row that was read, even if that row could not be decoded. */
  readonly endCursor: string | null
  readonly hasNextPage: boolean
  /** ROW_UNREADABLE or EVENT_UNREADABLE of each row that is left out. */
  readonly unreadable: readonly ElvesError[]
  /** Approximate bytes of its items. */
  readonly bytes: number
}

export interface PageRequest {
  /** 1 to 500. */
  readonly first: number
  /** A cursor that an earlier page of the same list gave; CURSOR_INVALID otherwise. */
  readonly after: string | null
  /** The page ends earlier if its items would take more; the first item always comes. Default and most: 8 MiB. */
  readonly maxBytes?: number
}

const largestPage = 500
/** Largest bytes of a page; half of what one answer may have. */
export const largestPageBytes = 8 * 1024 * 1024
/** Approximate bytes of a row without its large values. */
const plainRowBytes = 500

/** Throws PAGE_TOO_LARGE. */
export function checkPage({ first }: PageRequest): void {
  if (Number.isInteger(first) && first >= 1 && first <= largestPage) return
  throw new ElvesError('PAGE_TOO_LARGE', `a page has 1 to ${largestPage} items`, { facts: { first } })
}

/** The table of a list, and the order of its rows. */
export interface RowSource {
  readonly columns: string
  readonly table: string
  /** Its columns with large values, each a text or bytes. */
  readonly large: readonly string[]
  /** Column with the place in the list. */
  readonly place: string
  readonly direction: 'asc' | 'desc'
  /** True if a filter has one value of an index that has the stretches of the places. */
  readonly byStretch?: boolean
}

/** Returns the order of the rows of a list, as an index gives them. */
export function orderOf({ place, direction, byStretch = false }: Pick<RowSource, 'place' | 'direction' | 'byStretch'>): string {
  return byStretch ? `${stretchOf(place)} ${direction}, ${place} ${direction}` : `${place} ${direction}`
}

/** Columns that {@link pageQuery} adds to a row of a list. */
export interface ListedRow {
  /** Approximate bytes of the row. */
  readonly octets: number
  /** Number of rows that were found, including one beyond the page. */
  readonly found: string
}

/**
 * Returns the query of a page, which ends where its rows would take more than `maxBytes`; the first row always comes. The
 * server knows the size of a large value without reading it, so rows that are left out cost nothing.
 */
export function pageQuery(
  { columns, table, large, place, direction, byStretch = false }: RowSource,
  conditions: Conditions,
  page: PageRequest,
): string {
  const order = orderOf({ place, direction, byStretch })
  const octets = [plainRowBytes, ...large.map((column) => `octet_length(${column})`)].join(' + ')
  const first = conditions.value(page.first)
  const most = conditions.value(Math.min(page.maxBytes ?? largestPageBytes, largestPageBytes))
  return `select * from (
      select *, sum(octets) over (order by ${place} ${direction} rows unbounded preceding) as octets_so_far,
        row_number() over (order by ${place} ${direction}) as nth, count(*) over () as found
      from (select ${columns}, ${octets} as octets from ${table} ${conditions.where} order by ${order} limit ${first}::int + 1) as listed
    ) as counted where nth <= ${first}::int and (nth = 1 or octets_so_far <= ${most}::int8) order by nth`
}

/** Makes the items of a list from its rows. */
export interface RowReader<Row, Item> {
  readonly list: ListName
  place(row: Row): number
  /** Returns the item of a row, and the bytes that it takes in an answer if they are more than those of the row. */
  read(row: Row): { readonly node: Item; readonly bytes?: number }
}

/** Makes a page. A row that can not be read is left out and reported in `unreadable`, so that it does not hide the others. */
export async function pageOf<Row extends ListedRow, Item>(
  rows: readonly Row[],
  page: PageRequest,
  reader: RowReader<Row, Item>,
): Promise<Page<Item>> {
  const most = Math.min(page.maxBytes ?? largestPageBytes, largestPageBytes)
  const slices = new Slices()
  const edges: { cursor: string; node: Item }[] = []
  const unreadable: ElvesError[] = []
  let [bytes, endCursor, taken]: [number, string | null, number] = [0, null, 0]
  for (const row of rows) {
    await slices.rest()
    const cursor = cursorOf(reader.list, reader.place(row))
    const item = readRow(row, reader)
    const itemBytes = item instanceof ElvesError ? plainRowBytes : (item.bytes ?? row.octets)
    if (taken > 0 && bytes + itemBytes > most) break
    if (item instanceof ElvesError) unreadable.push(item)
    else edges.push({ cursor, node: item.node })
    bytes += itemBytes
    endCursor = cursor
    taken++
  }
  return { edges, endCursor, hasNextPage: Number(rows[0]?.found ?? 0) > taken, unreadable, bytes }
}

function readRow<Row, Item>(row: Row, reader: RowReader<Row, Item>): { readonly node: Item; readonly bytes?: number } | ElvesError {
  try {
    return reader.read(row)
  } catch (cause) {
    return cause instanceof ElvesError ? cause : unreadableRow(reader.list, String(reader.place(row)), cause)
  }
}

/** Returns what `read` returns; throws ROW_UNREADABLE if it fails. */
export function readable<Item>(list: ListName, key: string, read: () => Item): Item {
  try {
    return read()
  } catch (cause) {
    throw cause instanceof ElvesError ? cause : unreadableRow(list, key, cause)
  }
}

function unreadableRow(list: ListName, key: string, cause: unknown): ElvesError {
  return new ElvesError('ROW_UNREADABLE', `a row of ${list} can not be read`, { cause, facts: { list, key } })
}
