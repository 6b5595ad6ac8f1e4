import { type ProcessorEvent, processorAggregate } from '../../domain/processor/processor.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, type Position, parsePosition } from '../../eventing/position.ts'

/** A processor's cursor as people see it. Times are ms since the epoch. */
export interface ProcessorView {
  readonly id: string
  readonly app: string
  readonly name: string
  /** Up to here it has dealt with the results of its app. */
  readonly at: Position
  readonly movedAt: number
  /** When it was last moved forwards; null if it never was. */
  readonly deliveredAt: number | null
  /** Of the last event in this view. */
  readonly version: number
  readonly position: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveProcessorView(view: ProcessorView | null, recorded: RecordedEvent<ProcessorEvent>): ProcessorView {
  const { event, stream, version, position, recordedAt } = recorded
  if (view && version <= view.version) return view
  const { app, name, sequence } = event.data
  const at = formatPosition(parsePosition(position).logId, sequence)
  const deliveredAt = event.type === 'ProcessorAdvanced' ? recordedAt : (view?.deliveredAt ?? null)
  return { id: processorAggregate.idOf(stream) ?? '', app, name, at, movedAt: recordedAt, deliveredAt, version, position }
}
