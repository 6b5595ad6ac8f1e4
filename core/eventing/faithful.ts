/** A part of a value that would be decoded as another value than was encoded. */
export interface UnfaithfulPart {
  /** Names of the fields on the way to it, joined by dots. */
  readonly path: string
  readonly isText: boolean
}

/** Largest number up to which Avro's `long`, as avsc writes it, is exact. */
const largestExact = 2 ** 52

/**
 * Returns the first part of an event's data that encode and decode would not preserve, although it fits its schema: text
 * with half a surrogate pair, a key that no plain object can have, a number beyond the exact range, `undefined`. Null if
 * there is none.
 */
export function unfaithfulPart(value: unknown): UnfaithfulPart | null {
  // The path is only made if something is wrong, because making it costs time.
  return isFaithful(value) ? null : partOf(value, [])
}

function isFaithful(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Math.abs(value) <= largestExact
  if (typeof value !== 'object') return value !== undefined
  if (value === null || value instanceof Uint8Array) return true
  for (const key of Object.keys(value)) {
    if (!isFaithfulKey(key) || !isFaithful((value as Record<string, unknown>)[key])) return false
  }
  return true
}

/** `__proto__` would set the prototype of the decoded object, and be lost. */
function isFaithfulKey(key: string): boolean {
  return key !== '__proto__' && key.isWellFormed()
}

function partOf(value: unknown, path: readonly string[]): UnfaithfulPart | null {
  if (typeof value !== 'object' || value === null) {
    return isFaithful(value) ? null : { path: path.join('.'), isText: typeof value === 'string' }
  }
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key.toWellFormed()]
    if (!isFaithfulKey(key)) return { path: here.join('.'), isText: !key.isWellFormed() }
    const part = isFaithful(inner) ? null : partOf(inner, here)
    if (part) return part
  }
  return null
}
