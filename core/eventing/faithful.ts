/** A part of a value that its encoding would give back as another one. */
export interface UnfaithfulPart {
  /** Names of the fields on the way to it, joined by dots. */
  readonly path: string
  readonly isText: boolean
}

/** Up to here Avro's `long`, as avsc writes it, is exact. */
const largestExact = 2 ** 52

/**
 * The first part of an event's data that would not survive encode and decode, though it fits its schema: text with half
 * a surrogate pair, a key that no plain object can have, a number beyond what is exact, `undefined`. Null: there is none.
 */
export function unfaithfulPart(value: unknown): UnfaithfulPart | null {
  // The path is worth its making only where something is wrong.
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

/** `__proto__` sets the prototype of the object that is decoded, and is gone. */
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
