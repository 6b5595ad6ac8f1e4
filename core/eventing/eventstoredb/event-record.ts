import { type Message, versionOf } from '@elves/schemas/codec/codec.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { decodeEvent, type EncodedEvent } from '../encoded-event.ts'
import type { RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import { storedEvent } from '../stored-event.ts'
import { jsonForm } from './json-form.ts'
import type { ProposedRecord } from './node-calls.ts'
import type { StoredRecord } from './stored-record.ts'

/** The part of an event that its data does not say, as the server keeps it beside the data. */
interface Metadata {
  /** Fingerprint of the schema that the data fits. */
  readonly schema: string
  readonly contextSchema: string
  readonly context: unknown
  /** Which call of `append` wrote it: tells a first write from a repetition. */
  readonly append: string
  /** When the event before it in the stream was recorded, ms since the epoch; null for a stream's first. */
  readonly notBefore: number | null
}

/** What all events of one append share. */
export type AppendMark = Pick<Metadata, 'append' | 'notBefore'>

/**
 * From this size on an event is written as its Avro bytes: JSON takes six bytes for a control character, and the server
 * refuses an append beyond 1 MiB. All that is of a usual size stays readable in the server's own pages.
 */
const jsonBytesMost = 768 * 1024
const headerLength = 10

/** Events as the server is to keep them. */
export function proposedRecords(events: readonly EncodedEvent[], mark: AppendMark): ProposedRecord[] {
  let context: { readonly bytes: Buffer; readonly json: unknown } | undefined
  return events.map(({ id, type, context: contextBytes, data }) => {
    if (context?.bytes !== contextBytes) context = { bytes: contextBytes, json: jsonOf(contextBytes) }
    const metadata: Metadata = { schema: fingerprintOf(data), contextSchema: fingerprintOf(contextBytes), context: context.json, ...mark }
    const json = Buffer.from(JSON.stringify(jsonOf(data)))
    const isJson = json.length <= jsonBytesMost || json.length <= data.length
    return { id, type, isJson, data: isJson ? json : data, metadata: Buffer.from(JSON.stringify(metadata)) }
  })
}

/** An event as the server keeps it; `stream` without its prefix. Throws EVENT_UNREADABLE. */
export function readEvent(logId: string, stream: string, record: StoredRecord): RecordedEvent {
  const { id, type, version } = record
  const position = formatPosition(logId, record.position)
  const facts = { position, stream, version }
  const { metadata, context, data } = bytesOf(record, facts)
  const decoded = decodeEvent(type, context, data, facts)
  return storedEvent({ id, ...decoded, stream, version, position, recordedAt: recordedAtOf(record, metadata) }, { context, data })
}

/** The append that wrote a record, without reading the event. Throws EVENT_UNREADABLE. */
export function readMark(record: StoredRecord): AppendMark {
  return orUnreadable(record, {}, () => metadataOf(record))
}

/** The clock of another leader, or one that was set, may be behind: what was recorded later must not look earlier. */
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

/** By way of the bytes: they are the value as every other store gives it back (text without lone surrogates, say). */
function jsonOf(bytes: Buffer): unknown {
  const { schema, type } = versionOf(bytes)
  const { value } = type.decode(bytes, headerLength) as { value: Message['value'] | EventContext }
  return jsonForm(schema).toJson(value)
}

/** Through the schema that wrote it, so that what an earlier release wrote is read like its bytes. Throws where it does not fit. */
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
