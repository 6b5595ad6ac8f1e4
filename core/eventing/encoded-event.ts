import { decode, decodeAs, encode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { DomainEvent } from '../domain/events.ts'
import { ElvesError } from '../foundation/errors.ts'
import type { NewEvent, RecordedEvent } from './event-store.ts'

/** Avro single-object encoded bytes of an event. */
export interface EventBytes {
  readonly context: Uint8Array
  readonly data: Uint8Array
}

/** An event as a store keeps it. */
export interface EncodedEvent extends EventBytes {
  readonly id: string
  readonly type: DomainEvent['type']
  readonly context: Buffer
  readonly data: Buffer
}

/** Throws INTERNAL for an event that does not fit its schema. */
export function encodeEvents(events: readonly Pick<NewEvent, 'id' | 'event' | 'context'>[]): EncodedEvent[] {
  let context: EventContext | undefined
  let contextBytes: Buffer = Buffer.alloc(0)
  return events.map((event) => {
    const { type, data } = event.event
    try {
      // The events of one append mostly share their context.
      if (event.context !== context) contextBytes = encode('EventContext', event.context)
      context = event.context
      return { id: event.id, type, context: contextBytes, data: encode(type, data) }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ElvesError('INTERNAL', `a ${type} can not be written: ${reason}`, { cause, facts: { type } })
    }
  })
}

let decoded = 0

/** Returns how many events this process (or thread) has decoded. */
export function decodedEvents(): number {
  return decoded
}

/**
 * Decodes an event of this type, or (`type` null) of any type; a context may be decoded already. Throws EVENT_UNREADABLE; `facts` say
 * which event it is.
 */
export function decodeEvent(
  type: string | null,
  context: Uint8Array | EventContext,
  data: Uint8Array,
  facts: Readonly<Record<string, unknown>>,
): Pick<NewEvent, 'event' | 'context'> {
  decoded += 1
  try {
    const { name, value } = decode(data)
    if (type !== null && name !== type) throw new UndecodableMessage(`expected ${type}, got ${name}`, null)
    return { event: { type: name, data: value } as DomainEvent, context: context instanceof Uint8Array ? decodeAs('EventContext', context) : context }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ElvesError('EVENT_UNREADABLE', `a stored ${type ?? 'event'} can not be read: ${reason}`, { cause, facts: { type, ...facts } })
  }
}

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
