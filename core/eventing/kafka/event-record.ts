import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { EventRecord } from '@elves/schemas/generated/types.ts'
import { bytesOf, decodeEvent, storedEvent } from '../encoded-event.ts'
import type { RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'

/** Returns the value of an event's record on the topic: the event as the store keeps it, and its place in the log. */
export function encodeEventRecord(event: RecordedEvent, previousPosition: Position): Buffer {
  const { id, stream, version, position, recordedAt } = event
  const { context, data } = bytesOf(event)
  return encode('EventRecord', { id, stream, version, position, previousPosition, recordedAt, context, data })
}

/** Decodes the record around an event. The event stays encoded, for readers that have it already. Throws UndecodableMessage. */
export function decodeEventRecord(value: Buffer): EventRecord {
  return decodeAs('EventRecord', value)
}

/**
 * Decodes the event of a record. It keeps the received bytes, so that a reader that stores them stores the same as one that
 * reads the store. Throws EVENT_UNREADABLE.
 */
export function eventOfRecord({ id, stream, version, position, recordedAt, context, data }: EventRecord): RecordedEvent {
  const decoded = decodeEvent(null, context, data, { position, stream, version })
  return storedEvent({ id, event: decoded.event, context: decoded.context, stream, version, position, recordedAt }, { context, data })
}
