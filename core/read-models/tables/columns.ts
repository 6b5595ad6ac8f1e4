import { binaryArray, type Elements, type ElementType } from '../../eventing/postgres/binary-array.ts'
import { withoutNul } from '../../foundation/text.ts'

/** Returns a column of rows to write. A NUL in a text is replaced, because Postgres refuses it. */
export function column<Type extends ElementType, Row>(type: Type, rows: readonly Row[], cellOf: (row: Row) => Elements[Type] | null): Buffer {
  return binaryArray(type, rows, (row) => storable(cellOf(row)))
}

function storable<Cell>(cell: Cell): Cell {
  return typeof cell === 'string' ? (withoutNul(cell) as Cell) : cell
}
