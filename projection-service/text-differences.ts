import { decode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { Difference } from './differences.ts'

/**
 * Returns true if nothing differs but half surrogate pairs. Releases up to 0.2.0 accepted texts that have them. The log has
 * replacement characters in their place, while rows of that time still have the halves.
 */
export function isOnlyText({ column, live, replayed }: Difference): boolean {
  if (column === null || typeof live !== 'string' || typeof replayed !== 'string') return false
  try {
    return comparable(live) === comparable(replayed)
  } catch (error) {
    if (error instanceof UndecodableMessage || error instanceof SyntaxError) return false
    throw error
  }
}

/** Half a pair became one replacement character or three, depending on the length of its text, so several count as one. */
function comparable(cell: string): string {
  return textOf(cell)
    .toWellFormed()
    .replaceAll(/\ufffd+/g, '\ufffd')
}

/** Rows hold texts, JSON with its escapes, and the bytes of events as hex digits. */
function textOf(cell: string): string {
  if (cell.startsWith('\\x')) return JSON.stringify(decode(Buffer.from(cell.slice(2), 'hex')).value)
  return cell.replaceAll(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, '\ufffd')
}
