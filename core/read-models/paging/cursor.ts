import { ElvesError } from '../../foundation/errors.ts'
import type { Page, PageRequest } from '../read-models.ts'

/** Lists that give cursors: one list's cursor is refused by the others. */
export type ListName = 'tasks' | 'agents' | 'events' | 'stream'

const largestPage = 500

/** The place of a row in its list, opaque to clients. */
export function cursorOf(list: ListName, place: number): string {
  return Buffer.from(`${list}:${place}`).toString('base64url')
}

/** Throws CURSOR_INVALID. */
export function placeOf(list: ListName, cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const place = Number(text.slice(list.length + 1))
  // Written again it must be the same, so that no second spelling is taken.
  if (Number.isSafeInteger(place) && cursorOf(list, place) === cursor) return place
  throw new ElvesError('CURSOR_INVALID', 'the cursor is not one that this list gave')
}

/** Throws PAGE_TOO_LARGE. */
export function checkPage({ first }: PageRequest): void {
  if (Number.isInteger(first) && first >= 1 && first <= largestPage) return
  throw new ElvesError('PAGE_TOO_LARGE', `a page has 1 to ${largestPage} items`, { facts: { first } })
}

/** A page of rows that were read with one more than asked for. */
export function pageOf<Row, Item>(
  list: ListName,
  { first }: PageRequest,
  rows: readonly Row[],
  read: (row: Row) => { readonly place: number; readonly node: Item },
): Page<Item> {
  const edges = rows.slice(0, first).map((row) => {
    const { place, node } = read(row)
    return { cursor: cursorOf(list, place), node }
  })
  return { edges, hasNextPage: rows.length > first }
}
