import { headerLength, type SchemaVersion } from './message-codec.ts'

interface Cursor {
  readonly bytes: Uint8Array
  at: number
}

/** Moves the cursor over one value. Throws a RangeError if the bytes claim more than there is. */
type Walk = (cursor: Cursor) => void

/** The walk of each version, for as long as the codec keeps the version. */
const walks = new WeakMap<SchemaVersion, Walk>()

/**
 * Returns true if the bytes, which this version of a schema wrote, stay within themselves: no list claims more items, and
 * no text more length, than there is. Call it before decoding bytes from an untrusted sender: avsc reads as many items as
 * the bytes *claim*, so ten bytes can keep it busy for hours.
 */
export function fitsVersion(version: SchemaVersion, bytes: Uint8Array): boolean {
  const cursor = { bytes, at: headerLength }
  try {
    walkThrough(version)(cursor)
    return cursor.at === bytes.length
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function walkThrough(version: SchemaVersion): Walk {
  const known = walks.get(version)
  if (known) return known
  const walk = walkOf(version.schema, new Map())
  walks.set(version, walk)
  return walk
}

interface Schema {
  readonly type: string
  readonly name?: string
  readonly namespace?: string
  readonly fields?: readonly { readonly type: unknown }[]
  readonly items?: unknown
  readonly values?: unknown
}

function walkOf(given: unknown, named: Map<string, Walk>): Walk {
  if (Array.isArray(given)) return unionWalk(given.map((branch) => walkOf(branch, named)))
  if (typeof given === 'string') return namedWalk(given, named)
  const schema = given as Schema
  switch (schema.type) {
    case 'record': {
      const walk = recordWalk((schema.fields ?? []).map((field) => walkOf(field.type, named)))
      return remember(schema, walk, named)
    }
    case 'enum':
      return remember(schema, skipLong, named)
    case 'array':
      return blocksWalk(walkOf(schema.items, named))
    case 'map': {
      const value = walkOf(schema.values, named)
      return blocksWalk(recordWalk([skipBytes, value]))
    }
    default:
      return namedWalk(schema.type, named)
  }
}

function namedWalk(name: string, named: Map<string, Walk>): Walk {
  const walk = primitives[name] ?? named.get(name) ?? named.get(name.slice(name.lastIndexOf('.') + 1))
  if (walk) return walk
  throw new Error(`bounds: no type is named ${name}`)
}

function remember(schema: Schema, walk: Walk, named: Map<string, Walk>): Walk {
  if (schema.name !== undefined) named.set(schema.name.slice(schema.name.lastIndexOf('.') + 1), walk)
  return walk
}

const primitives: Readonly<Record<string, Walk>> = {
  null: () => undefined,
  boolean: (cursor) => skip(cursor, 1),
  int: skipLong,
  long: skipLong,
  float: (cursor) => skip(cursor, 4),
  double: (cursor) => skip(cursor, 8),
  bytes: skipBytes,
  string: skipBytes,
}

function recordWalk(fields: readonly Walk[]): Walk {
  return (cursor) => {
    for (const field of fields) field(cursor)
  }
}

function unionWalk(branches: readonly Walk[]): Walk {
  return (cursor) => {
    const branch = branches[readLong(cursor)]
    if (!branch) throw new RangeError('no such branch')
    branch(cursor)
  }
}

/** In these schemas each item of an array or map takes at least one byte, so a count above the bytes left is false. */
function blocksWalk(item: Walk): Walk {
  return (cursor) => {
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      if (count < 0) {
        count = -count
        skipLong(cursor)
      }
      if (count > cursor.bytes.length - cursor.at) throw new RangeError('more items than bytes')
      for (; count > 0; count--) item(cursor)
    }
  }
}

function skipLong(cursor: Cursor): void {
  readLong(cursor)
}

function skipBytes(cursor: Cursor): void {
  skip(cursor, readLong(cursor))
}

function skip(cursor: Cursor, length: number): void {
  if (length < 0 || length > cursor.bytes.length - cursor.at) throw new RangeError('beyond the end')
  cursor.at += length
}

function readLong(cursor: Cursor): number {
  let value = 0
  for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined) throw new RangeError('beyond the end')
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  throw new RangeError('a number of more than ten bytes')
}
