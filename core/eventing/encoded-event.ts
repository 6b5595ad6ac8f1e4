import { decode, decodeAs, encode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { DomainEvent } from '../domain/events.ts'
import { ElvesError } from '../foundation/errors.ts'
import type { NewEvent } from './event-store.ts'

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
  try {
    const { name, value } = decode(data)
    if (type !== null && name !== type) throw new UndecodableMessage(`expected ${type}, got ${name}`, null)
    return { event: { type: name, data: value } as DomainEvent, context: context instanceof Uint8Array ? decodeAs('EventContext', context) : context }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ElvesError('EVENT_UNREADABLE', `a stored ${type ?? 'event'} can not be read: ${reason}`, { cause, facts: { type, ...facts } })
  }
}
