/** Element types of the arrays that rows are written with, and their oids. */
const oids = { int8: 20, int4: 23, text: 25, bytea: 17, uuid: 2950 } as const
export type ColumnType = keyof typeof oids

type Cells = {
  int8: readonly (number | null)[]
  int4: readonly (number | null)[]
  text: readonly (string | null)[]
  bytea: readonly (Uint8Array | null)[]
  uuid: readonly (string | null)[]
}

/**
 * A column of rows as one Postgres array in binary form, for `unnest($1::text[], …)`: pg sends a Buffer as it is, so that
 * neither side escapes or parses text, and bytes are not doubled to hex.
 */
export function column<Type extends ColumnType>(type: Type, cells: Cells[Type]): Buffer {
  const header = Buffer.allocUnsafe(20)
  header.writeInt32BE(1, 0) // dimensions
  header.writeInt32BE(cells.includes(null as never) ? 1 : 0, 4)
  header.writeInt32BE(oids[type], 8)
  header.writeInt32BE(cells.length, 12)
  header.writeInt32BE(1, 16) // lower bound
  return Buffer.concat([header, body(type, cells as readonly (number | string | Uint8Array | null)[])])
}

function body(type: ColumnType, cells: readonly (number | string | Uint8Array | null)[]): Buffer {
  const buffer = Buffer.allocUnsafe(cells.reduce<number>((size, cell) => size + 4 + sizeOf(type, cell), 0))
  let offset = 0
  for (const cell of cells) {
    const length = cell === null ? 0 : write(type, cell, buffer, offset + 4)
    buffer.writeInt32BE(cell === null ? -1 : length, offset)
    offset += 4 + length
  }
  return buffer
}

function sizeOf(type: ColumnType, cell: number | string | Uint8Array | null): number {
  if (cell === null) return 0
  if (type === 'uuid') return 16
  if (typeof cell === 'string') return Buffer.byteLength(cell)
  if (typeof cell === 'number') return type === 'int8' ? 8 : 4
  return cell.length
}

function write(type: ColumnType, cell: number | string | Uint8Array, buffer: Buffer, offset: number): number {
  if (type === 'uuid') return buffer.write(String(cell).replaceAll('-', ''), offset, 16, 'hex')
  if (typeof cell === 'string') return buffer.write(cell.includes('\0') ? cell.replaceAll('\0', ' ') : cell, offset) // no NUL in a Postgres text
  if (typeof cell === 'number') return writeInteger(type, cell, buffer, offset)
  buffer.set(cell, offset)
  return cell.length
}

function writeInteger(type: ColumnType, value: number, buffer: Buffer, offset: number): number {
  if (type === 'int4') {
    buffer.writeInt32BE(value, offset)
    return 4
  }
  // Not writeBigInt64BE: a BigInt a cell is what costs.
  buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), offset)
  buffer.writeUInt32BE(value >>> 0, offset + 4)
  return 8
}
