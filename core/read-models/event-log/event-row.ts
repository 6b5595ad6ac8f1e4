import { decode, decodeAs, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { DomainEvent } from '../../domain/events.ts'
import { bytesOf, type EventBytes } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
import { contextColumn } from '../../eventing/postgres/event-rows.ts'
import { ElvesError } from '../../foundation/errors.ts'

/** A row of the audit log, joined with its event, as pg reads it. */
export interface EventRow {
  readonly sequence: string
  readonly stream: string
  readonly version: number
  readonly recorded_at: string
  readonly event_id: string
  readonly context: Buffer
  readonly data: Buffer
}

/** Returns the columns of the event log `l` and its events `e`, which are in this table. */
export function eventLogColumns(events: string): string {
  return `l.sequence, e.stream_id as stream, e.stream_version as version,
    (extract(epoch from e.recorded_at) * 1000)::bigint as recorded_at, e.event_id, ${contextColumn(events)} as context, e.data`
}

/** Returns the event of a row. Throws EVENT_UNREADABLE. */
export function eventOfRow(row: EventRow, logId: string): RecordedEvent {
  try {
    const { name, value } = decode(row.data)
    return {
      id: row.event_id,
      event: { type: name, data: value } as DomainEvent,
      context: decodeAs('EventContext', row.context),
      stream: row.stream,
      version: row.version,
      position: formatPosition(logId, Number(row.sequence)),
      recordedAt: Number(row.recorded_at),
    }
  } catch (cause) {
    throw unreadable(row.stream, row.version, cause)
  }
}

/** Returns an event as its store keeps it. Throws EVENT_UNREADABLE for a type without a schema in this release. */
export function storedBytesOf(recorded: RecordedEvent): EventBytes {
  try {
    return bytesOf(recorded)
  } catch (cause) {
    throw unreadable(recorded.stream, recorded.version, cause instanceof ElvesError ? cause.cause : cause)
  }
}

function unreadable(stream: string, version: number, cause: unknown): unknown {
  if (!(cause instanceof UndecodableMessage) && !(cause instanceof TypeError)) return cause
  return new ElvesError('EVENT_UNREADABLE', `${stream} version ${version}: ${cause.message}`, { cause, facts: { stream, version } })
}
