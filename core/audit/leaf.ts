import { hash } from 'node:crypto'
import { asBuffer, versionOf } from '@elves/schemas/codec/codec.ts'
import { headerLength, type SchemaVersion } from '@elves/schemas/codec/message-codec.ts'
import { largeValueBytes, withoutLargeValues } from '../domain/task/aged-values.ts'
import type { TaskEvent } from '../domain/task/events.ts'
import { taskAggregate } from '../domain/task/task.ts'
import { bytesOf } from '../eventing/encoded-event.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { parsePosition } from '../eventing/position.ts'
import { type LeafForm, leafForm } from './leaf-form.ts'

/**
 * Returns the text whose hash is the leaf of an event: JSON with its keys in a fixed order and no spaces. It is the same on every
 * store, after a restore, and after its large values were aged out.
 */
export function leafText(recorded: RecordedEvent): string {
  const { id, stream, version, position, recordedAt, event } = recorded
  const { context, data } = bytesOf(recorded)
  const written = asWritten(event.data, data)
  const aged = taskAggregate.isEvent(recorded) ? withoutLargeValues({ type: event.type, data: written.value } as TaskEvent).data : written.value
  const place = `"position":${parsePosition(position).sequence},"id":"${id}","stream":${JSON.stringify(stream)},"version":${version}`
  const kind = `"type":"${event.type}","schema":"${written.fingerprint}","recordedAt":${recordedAt}`
  return `{${place},${kind},${contextText(recorded.context, context)},"data":${written.form(aged)}}`
}

interface WrittenBy {
  /** Of the schema that wrote it. */
  readonly fingerprint: string
  readonly form: LeafForm
}

interface Written extends WrittenBy {
  /** In the shape of that schema: today's may have more fields, and a leaf must never change. */
  readonly value: unknown
}

const writers = new WeakMap<SchemaVersion, WrittenBy>()

function asWritten(today: unknown, bytes: Uint8Array): Written {
  const version = versionOf(bytes)
  let by = writers.get(version)
  if (!by) {
    by = { fingerprint: version.header.toString('hex', 2), form: leafForm(version.schema) }
    writers.set(version, by)
  }
  const value: unknown = version.resolver ? version.type.decode(asBuffer(bytes), headerLength).value : today
  return { fingerprint: by.fingerprint, form: by.form, value }
}

/** The events of one append mostly share their context. */
let lastContext: RecordedEvent['context'] | null = null
let lastContextText = ''

function contextText(context: RecordedEvent['context'], bytes: Uint8Array): string {
  if (context === lastContext) return lastContextText
  const { fingerprint, form, value } = asWritten(context, bytes)
  lastContextText = `"contextSchema":"${fingerprint}","context":${form(value)}`
  lastContext = context
  return lastContextText
}

/** The event by which a large text went. */
export interface AgedBy {
  /** Id of the event `ValuesAgedOut`. */
  readonly event: string
  /** When it was recorded, ms since the epoch. */
  readonly at: number
  readonly rule: string
}

/** A large text of an event, which its leaf knows by its hash alone. */
export interface LeafValue {
  /** Of its UTF-8 form, lower-case hex. */
  readonly sha256: string
  /** Null: it was aged out. */
  readonly text: string | null
  /** Where it was aged out; null: no event says so. */
  readonly aged?: AgedBy | null
}

const agedText = /^\[aged out: \d+ bytes, SHA-256 ([0-9a-f]{64})\]$/

/** Returns the large texts of an event, each once. */
export function leafValues({ event, context }: Pick<RecordedEvent, 'event' | 'context'>): readonly LeafValue[] {
  const values = new Map<string, LeafValue>()
  collect(context, values)
  collect(event.data, values)
  return [...values.values()]
}

function collect(value: unknown, values: Map<string, LeafValue>): void {
  if (typeof value === 'string') {
    const aged = agedText.exec(value)?.[1]
    if (aged !== undefined) add(values, { sha256: aged, text: null })
    else if (Buffer.byteLength(value) > largeValueBytes) add(values, { sha256: hash('sha256', value), text: value })
    return
  }
  if (value instanceof Uint8Array) {
    collect(asBuffer(value).toString('base64'), values)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const { sha256, byteCount } = value as { readonly sha256?: unknown; readonly byteCount?: unknown }
  if (typeof sha256 === 'string' && typeof byteCount === 'number' && Object.keys(value).length === 2) add(values, { sha256, text: null })
  for (const one of Object.values(value)) collect(one, values)
}

function add(values: Map<string, LeafValue>, value: LeafValue): void {
  if (!values.get(value.sha256)?.text) values.set(value.sha256, value)
}
