import { ElvesError } from '../../foundation/errors.ts'
import type { ListName } from '../registry.ts'

/** Returns the cursor of a row's place in its list; it is opaque to clients. */
export function cursorOf(list: ListName, place: number): string {
  return Buffer.from(`${list}:${place}`).toString('base64url')
}

/** Returns the place of a cursor. Throws CURSOR_INVALID. */
export function placeOf(list: ListName, cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const place = Number(text.slice(list.length + 1))
  // Encoding the place again must give the same cursor, so that no second spelling is accepted.
  if (Number.isSafeInteger(place) && cursorOf(list, place) === cursor) return place
  throw new ElvesError('CURSOR_INVALID', 'the cursor is not one that this list gave')
}
