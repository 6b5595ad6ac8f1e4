import { ElvesError } from '../../foundation/errors.ts'
import type { ListName } from '../registry.ts'

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
