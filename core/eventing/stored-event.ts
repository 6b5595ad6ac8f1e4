import { type EventBytes, encodeEvents } from './encoded-event.ts'
import type { RecordedEvent } from './event-store.ts'

/** An event from a store, with its stored bytes, so that code that passes it on need not encode it again. */
class StoredEvent implements RecordedEvent {
  readonly id: string
  readonly event: RecordedEvent['event']
  readonly context: RecordedEvent['context']
  readonly stream: string
  readonly version: number
  readonly position: string
  readonly recordedAt: number
  /** Private, so that it is not compared, copied or printed. */
  readonly #bytes: EventBytes

  constructor(event: RecordedEvent, bytes: EventBytes) {
    this.id = event.id
    this.event = event.event
    this.context = event.context
    this.stream = event.stream
    this.version = event.version
    this.position = event.position
    this.recordedAt = event.recordedAt
    this.#bytes = bytes
  }

  static bytesOf(event: RecordedEvent): EventBytes | null {
    return #bytes in event ? event.#bytes : null
  }
}

export function storedEvent(event: RecordedEvent, bytes: EventBytes): RecordedEvent {
  return new StoredEvent(event, bytes)
}

/** Returns the stored bytes of an event if the store gave them; otherwise encodes it. */
export function bytesOf(event: RecordedEvent): EventBytes {
  return StoredEvent.bytesOf(event) ?? (encodeEvents([event])[0] as EventBytes)
}
