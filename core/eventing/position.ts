import { ElvesError } from '../foundation/errors.ts'
import { cutText } from '../foundation/text.ts'

/**
 * A point in the history of one log: `<log id>-<16 hex digits>`, compared as text. Opaque to clients. The sequence 0 is
 * the point before the first event; the log id changes when a log is restored.
 */
export type Position = string

const pattern = /^[0-9a-f]{8}-[0-9a-f]{16}$/
const logIdChars = 8

export function formatPosition(logId: string, sequence: number): Position {
  return `${logId}-${sequence.toString(16).padStart(16, '0')}`
}

interface ParsedPosition {
  readonly logId: string
  readonly sequence: number
}

/** Those who work through a log ask for each position a few times in a row. */
let lastPosition: Position | null = null
let lastParsed: ParsedPosition = { logId: '', sequence: 0 }

/** Throws POSITION_INVALID. */
export function parsePosition(position: Position): ParsedPosition {
  if (position === lastPosition) return lastParsed
  const sequence = pattern.test(position) ? Number.parseInt(position.slice(logIdChars + 1), 16) : Number.NaN
  // No log is longer than the range of exact numbers, and a database has no larger ones.
  if (!Number.isSafeInteger(sequence)) throw new ElvesError('POSITION_INVALID', `not a position: ${cutText(position, 80)}`)
  lastParsed = { logId: position.slice(0, logIdChars), sequence }
  lastPosition = position
  return lastParsed
}

/** Returns the sequence of a position of this log. Throws POSITION_INVALID, or POSITION_UNKNOWN for a position of another log. */
export function sequenceIn(logId: string, position: Position): number {
  const parsed = parsePosition(position)
  if (parsed.logId === logId) return parsed.sequence
  throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { logId, position } })
}
