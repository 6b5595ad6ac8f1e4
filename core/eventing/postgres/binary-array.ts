/**
 * Arrays in the wire format of `array_recv`. `pg` sends a Buffer as a binary parameter, so neither side escapes or parses
 * text. pg's own text format doubles a bytea[] to hex.
 */

/** Element types, and their oids. */
const oids = { int8: 20, int4: 23, text: 25, bytea: 17, uuid: 2950 } as const
export type ElementType = keyof typeof oids

export interface Elements {
  readonly int8: number
  readonly int4: number
  readonly text: string
  readonly bytea: Uint8Array
  readonly uuid: string
}

type Element = Elements[ElementType]

const headerBytes = 20
const lengthBytes = 4
const nullLength = -1

/** Returns an array with one element for each row, for `unnest($1::text[], …)` and the like. */
export function binaryArray<Type extends ElementType, Row>(type: Type, rows: readonly Row[], elementOf: (row: Row) => Elements[Type] | null): Buffer {
  return arrayOf(type, rows.map(elementOf))
}

function arrayOf(type: ElementType, elements: readonly (Element | null)[]): Buffer {
  const sizes = elements.map((element) => (element === null ? 0 : sizeOf(type, element)))
  const array = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + lengthBytes + size, headerBytes))
  array.writeInt32BE(1, 0) // dimensions
  array.writeInt32BE(elements.includes(null) ? 1 : 0, 4)
  array.writeInt32BE(oids[type], 8)
  array.writeInt32BE(elements.length, 12)
  array.writeInt32BE(1, 16) // lower bound
  let at = headerBytes
  for (const [index, element] of elements.entries()) {
    const size = sizes[index] as number
    array.writeInt32BE(element === null ? nullLength : size, at)
    if (element !== null) write(type, element, array, at + lengthBytes)
    at += lengthBytes + size
  }
  return array
}

function sizeOf(type: ElementType, element: Element): number {
  if (type === 'uuid') return 16
  if (typeof element === 'string') return Buffer.byteLength(element)
  if (typeof element === 'number') return type === 'int8' ? 8 : 4
  return element.length
}

function write(type: ElementType, element: Element, array: Buffer, at: number): void {
  if (type === 'uuid') array.write(String(element).replaceAll('-', ''), at, 'hex')
  else if (typeof element === 'string') array.write(element, at)
  else if (typeof element !== 'number') array.set(element, at)
  else if (type === 'int4') array.writeInt32BE(element, at)
  else writeInt8(element, array, at)
}

/** writeBigInt64BE was rejected: a BigInt for each element is slow. */
function writeInt8(value: number, array: Buffer, at: number): void {
  array.writeInt32BE(Math.floor(value / 0x1_0000_0000), at)
  array.writeUInt32BE(value >>> 0, at + 4)
}
