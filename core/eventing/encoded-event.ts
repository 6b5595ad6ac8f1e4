import { decode, decodeAs, encode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { DomainEvent } from '../domain/events.ts'
import { ElvesError } from '../foundation/errors.ts'
import { cutText } from '../foundation/text.ts'
import type { Append, NewEvent, RecordedEvent } from './event-store.ts'

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

/** Returns how many events this thread has decoded, and those of other threads that were counted here. */
export function decodedEvents(): number {
  return decoded
}

/** Counts what another thread of the process has decoded. */
export function decodedElsewhere(events: number): void {
  decoded += events
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

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const streamNames = /^[!-~]{1,512}$/

/**
 * Checks a call before any of it is written. Throws INTERNAL for what only a bug of the caller can cause, and TEXT_INVALID
 * for text without a UTF-8 form, which an endpoint should have refused.
 */
export function checkAppends(appends: readonly Append[]): void {
  const streams = new Set<string>()
  for (const { stream, expectedVersion, events } of appends) {
    if (!streamNames.test(stream)) throw wrong(stream, 'a stream name has 1 to 512 visible ASCII characters')
    if (streams.has(stream)) throw wrong(stream, 'a stream may stand in one call only once')
    streams.add(stream)
    if (!Number.isInteger(expectedVersion) || expectedVersion < -1) throw wrong(stream, 'the expected version is a whole number from -1')
    if (events.length === 0) throw wrong(stream, 'an append has at least one event')
    for (const { id } of events) if (!uuid.test(id)) throw wrong(stream, 'the id of an event is a lower-case UUID')
    checkFaithful(stream, events)
  }
}

/** Throws if an event would be read back as another one: then the live state and a replay would differ for ever. */
function checkFaithful(stream: string, events: readonly NewEvent[]): void {
  let checked: NewEvent['context'] | undefined
  for (const { event, context } of events) {
    // The events of one append mostly share their context.
    const part = unfaithfulPart(event.data) ?? (context === checked ? null : unfaithfulPart(context))
    checked = context
    if (part === null) continue
    const { path, isText } = part
    if (!isText) throw wrong(stream, `${event.type}: ${path} would be read back as something else`)
    throw new ElvesError('TEXT_INVALID', `${event.type}: ${path} has no UTF-8 form`, { facts: { stream, type: event.type, path } })
  }
}

function wrong(stream: string, message: string): ElvesError {
  return new ElvesError('INTERNAL', message, { facts: { stream: cutText(stream, 80) } })
}

/** A part of a value that would be decoded as another value than was encoded. */
interface UnfaithfulPart {
  /** Names of the fields on the way to it, joined by dots. */
  readonly path: string
  readonly isText: boolean
}

/** Largest number up to which Avro's `long`, as avsc writes it, is exact. */
const largestExact = 2 ** 52

/**
 * Returns the first part of an event's data that encode and decode would not preserve, although it fits its schema: text
 * with half a surrogate pair, a key that no plain object can have, a number beyond the exact range, `undefined`. Null if
 * there is none.
 */
function unfaithfulPart(value: unknown): UnfaithfulPart | null {
  // The path is only made if something is wrong, because making it costs time.
  return isFaithful(value) ? null : partOf(value, [])
}

function isFaithful(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Math.abs(value) <= largestExact
  if (typeof value !== 'object') return value !== undefined
  if (value === null || value instanceof Uint8Array) return true
  for (const key of Object.keys(value)) {
    if (!isFaithfulKey(key) || !isFaithful((value as Record<string, unknown>)[key])) return false
  }
  return true
}

/** `__proto__` would set the prototype of the decoded object, and be lost. */
function isFaithfulKey(key: string): boolean {
  return key !== '__proto__' && key.isWellFormed()
}

function partOf(value: unknown, path: readonly string[]): UnfaithfulPart | null {
  if (typeof value !== 'object' || value === null) {
    return isFaithful(value) ? null : { path: path.join('.'), isText: typeof value === 'string' }
  }
  for (const [key, inner] of Object.entries(value)) {
    const here = [...path, key.toWellFormed()]
    if (!isFaithfulKey(key)) return { path: here.join('.'), isText: !key.isWellFormed() }
    const part = isFaithful(inner) ? null : partOf(inner, here)
    if (part) return part
  }
  return null
}
