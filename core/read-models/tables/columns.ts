import { binaryArray, type Elements, type ElementType } from '../../eventing/postgres/binary-array.ts'
import { withoutNul } from '../../foundation/text.ts'

/** A column of rows to write, with texts that Postgres takes: it has no NUL in them. */
export function column<Type extends ElementType, Row>(type: Type, rows: readonly Row[], cellOf: (row: Row) => Elements[Type] | null): Buffer {
  return binaryArray(type, rows, (row) => storable(cellOf(row)))
}

function storable<Cell>(cell: Cell): Cell {
  return typeof cell === 'string' ? (withoutNul(cell) as Cell) : cell
}
