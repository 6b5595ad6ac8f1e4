import { formatPosition } from '../../eventing/position.ts'
import type { ProcessorView } from './processor-view.ts'

/** A row of `processors` as pg reads it. */
export interface ProcessorRow {
  readonly id: string
  readonly app: string
  readonly name: string
  readonly sequence: string
  readonly version: number
  readonly at_sequence: string
  readonly moved_at: string
  readonly delivered_at: string | null
}

export const processorColumns = 'id, app, name, sequence, version, at_sequence, moved_at, delivered_at'

export function processorViewOfRow(row: ProcessorRow, logId: string): ProcessorView {
  const { id, app, name, sequence, version, at_sequence, moved_at, delivered_at } = row
  return {
    id,
    app,
    name,
    at: formatPosition(logId, Number(at_sequence)),
    movedAt: Number(moved_at),
    deliveredAt: delivered_at === null ? null : Number(delivered_at),
    version,
    position: formatPosition(logId, Number(sequence)),
  }
}
