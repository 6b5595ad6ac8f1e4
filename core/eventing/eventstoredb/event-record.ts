import { versionOf } from '@elves/schemas/codec/codec.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { decodeEvent, type EncodedEvent, storedEvent } from '../encoded-event.ts'
import type { NewEvent, RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import type { ProposedRecord } from './append-requests.ts'
import { jsonForm } from './json-form.ts'
import type { StoredRecord } from './stored-record.ts'

/** The part of an event beside its data, as the server keeps it. */
interface Metadata {
  /** Fingerprint of the schema of the data. */
  readonly schema: string
  readonly contextSchema: string
  readonly context: unknown
  /** The call of `append` that wrote it: tells a first write from a repetition. */
  readonly append: string
  /** When the previous event of the stream was recorded, in ms since the epoch; null for the first event. */
  readonly notBefore: number | null
}

/** Metadata that all events of one append share. */
export type AppendMark = Pick<Metadata, 'append' | 'notBefore'>

/**
 * From this size on, an event is written as its Avro bytes: JSON takes six bytes for a control character, and the server
 * refuses an append beyond 1 MiB. Events of usual size stay readable in the server's own pages.
 */
const jsonBytesMost = 768 * 1024
const headerLength = 10

/** Returns the events in the form in which the server keeps them; `encoded` are the same events as bytes. */
export function proposedRecords(
  events: readonly Pick<NewEvent, 'event' | 'context'>[],
  encoded: readonly EncodedEvent[],
  mark: AppendMark,
): ProposedRecord[] {
  // The events of one append mostly share their context, and all else but their schema.
  let shared: { readonly bytes: Buffer; readonly end: string } | undefined
  return encoded.map(({ id, type, context: contextBytes, data }, index) => {
    const { event, context } = events[index] as NewEvent
    if (shared?.bytes !== contextBytes) shared = { bytes: contextBytes, end: metadataAfterSchema(contextBytes, context, mark) }
    const json = Buffer.from(JSON.stringify(jsonOf(data, event.data)))
    const isJson = json.length <= jsonBytesMost || json.length <= data.length
    const metadata = Buffer.from(`{"schema":"${fingerprintOf(data)}",${shared.end}`)
    return { id, type, isJson, data: isJson ? json : data, metadata }
  })
}

/** Returns the JSON of {@link Metadata} after its first field and the comma. */
function metadataAfterSchema(contextBytes: Buffer, context: NewEvent['context'], { append, notBefore }: AppendMark): string {
  const rest: Omit<Metadata, 'schema'> = { contextSchema: fingerprintOf(contextBytes), context: jsonOf(contextBytes, context), append, notBefore }
  return JSON.stringify(rest).slice(1)
}

/** Returns the event of a record of the server; `stream` is without its prefix. Throws EVENT_UNREADABLE. */
export function readEvent(logId: string, stream: string, record: StoredRecord): RecordedEvent {
  const { id, type, version } = record
  const position = formatPosition(logId, record.position)
  const facts = { position, stream, version }
  const { metadata, context, data } = bytesOf(record, facts)
  const decoded = decodeEvent(type, context, data, facts)
  return storedEvent({ id, ...decoded, stream, version, position, recordedAt: recordedAtOf(record, metadata) }, { context, data })
}

/** Returns the mark of the append that wrote a record, without reading the event. Throws EVENT_UNREADABLE. */
export function readMark(record: StoredRecord): AppendMark {
  return orUnreadable(record, {}, () => metadataOf(record))
}

/**
 * Returns when a record was recorded, never earlier than the event before it: the clock may be behind after a change of
 * leader, or after it was set.
 */
export function recordedAtOf({ createdAt }: StoredRecord, { notBefore }: AppendMark): number {
  return Math.max(createdAt, notBefore ?? 0)
}

function bytesOf(record: StoredRecord, facts: object): { metadata: Metadata; context: Buffer; data: Buffer } {
  return orUnreadable(record, facts, () => {
    const metadata = metadataOf(record)
    const context = avroOf(metadata.contextSchema, metadata.context)
    const data = record.isJson ? avroOf(metadata.schema, JSON.parse(record.data.toString())) : record.data
    return { metadata, context, data }
  })
}

function orUnreadable<Result>({ type }: StoredRecord, facts: object, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ElvesError('EVENT_UNREADABLE', `a stored ${type} can not be read: ${reason}`, { cause, facts: { type, ...facts } })
  }
}

function metadataOf(record: StoredRecord): Metadata {
  const metadata: unknown = JSON.parse(record.metadata.toString())
  if (typeof metadata === 'object' && metadata !== null) return metadata as Metadata
  throw new TypeError('it has no metadata')
}

/** Returns the JSON of a value that was encoded to these bytes. A value that its bytes would not give back is refused before (check-appends.ts). */
function jsonOf(bytes: Buffer, value: unknown): unknown {
  return jsonForm(versionOf(bytes).schema).toJson(value)
}

/**
 * Returns the Avro bytes of JSON by the schema that wrote it, so that events of earlier releases are read like their bytes.
 * Throws if the JSON does not fit.
 */
function avroOf(fingerprint: string, json: unknown): Buffer {
  const { schema, type, header } = versionOf(headerOf(fingerprint))
  return Buffer.concat([header, type.toBuffer(jsonForm(schema).fromJson(json))])
}

function headerOf(fingerprint: string): Buffer {
  return Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from(fingerprint, 'hex')])
}

function fingerprintOf(bytes: Buffer): string {
  return bytes.toString('hex', 2, headerLength)
}
