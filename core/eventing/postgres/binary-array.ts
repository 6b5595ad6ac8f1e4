/**
 * Arrays in the wire format of `array_recv`. `pg` sends a Buffer as a binary parameter, so bytes travel as bytes:
 * its own text format doubles a bytea[] to hex and escapes it on both ends.
 */

const oids = { bytea: 17, int4: 23, text: 25, uuid: 2950 } as const
const arrayHeaderBytes = 20
const lengthBytes = 4

export function byteaArray(values: readonly Buffer[]): Buffer {
  let size = arrayHeaderBytes
  for (const value of values) size += lengthBytes + value.length
  const array = header(oids.bytea, values.length, size)
  let at = arrayHeaderBytes
  for (const value of values) {
    at = array.writeInt32BE(value.length, at)
    at += value.copy(array, at)
  }
  return array
}

export function textArray(values: readonly string[]): Buffer {
  let size = arrayHeaderBytes
  for (const value of values) size += lengthBytes + Buffer.byteLength(value)
  const array = header(oids.text, values.length, size)
  let at = arrayHeaderBytes
  for (const value of values) {
    const length = array.write(value, at + lengthBytes)
    array.writeInt32BE(length, at)
    at += lengthBytes + length
  }
  return array
}

export function int4Array(values: readonly number[]): Buffer {
  const array = header(oids.int4, values.length, arrayHeaderBytes + values.length * (lengthBytes + 4))
  let at = arrayHeaderBytes
  for (const value of values) {
    at = array.writeInt32BE(4, at)
    at = array.writeInt32BE(value, at)
  }
  return array
}

export function uuidArray(values: readonly string[]): Buffer {
  const array = header(oids.uuid, values.length, arrayHeaderBytes + values.length * (lengthBytes + 16))
  let at = arrayHeaderBytes
  for (const value of values) {
    at = array.writeInt32BE(16, at)
    at += array.write(value.replaceAll('-', ''), at, 'hex')
  }
  return array
}

function header(elementOid: number, count: number, size: number): Buffer {
  const array = Buffer.allocUnsafe(size)
  array.writeInt32BE(1, 0) // dimensions
  array.writeInt32BE(0, 4) // has no nulls
  array.writeInt32BE(elementOid, 8)
  array.writeInt32BE(count, 12)
  array.writeInt32BE(1, 16) // lower bound
  return array
}
