import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { EventRecord } from '@elves/schemas/generated/types.ts'
import { decodeEvent } from '../encoded-event.ts'
import type { RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { bytesOf, storedEvent } from '../stored-event.ts'

/** The value of an event's record on the topic: what the store keeps of it, and where in the log it is. */
export function encodeEventRecord(event: RecordedEvent, previousPosition: Position): Buffer {
  const { id, stream, version, position, recordedAt } = event
  const { context, data } = bytesOf(event)
  return encode('EventRecord', { id, stream, version, position, previousPosition, recordedAt, context, data })
}

/** The record around an event; the event in it stays encoded, for who has it already. Throws UndecodableMessage. */
export function decodeEventRecord(value: Buffer): EventRecord {
  return decodeAs('EventRecord', value)
}

/** With the bytes that came, so that who keeps them keeps the same as one who reads the store. Throws EVENT_UNREADABLE. */
export function eventOfRecord({ id, stream, version, position, recordedAt, context, data }: EventRecord): RecordedEvent {
  const decoded = decodeEvent(null, context, data, { position, stream, version })
  return storedEvent({ id, event: decoded.event, context: decoded.context, stream, version, position, recordedAt }, { context, data })
}
