import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type pg from 'pg'
import { decodeEvent, type EncodedEvent, storedEvent } from '../encoded-event.ts'
import type { Append, AppendResult, RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import { binaryArray } from './binary-array.ts'

/** An append with its encoded events. */
export interface EncodedAppend {
  readonly append: Append
  readonly events: readonly EncodedEvent[]
}

interface Unfit {
  /** Index in the batch, from 1. */
  readonly append: number
  readonly current: number
  /** Positions of the events if they had been stored before; otherwise null. */
  readonly positions: readonly number[] | null
  readonly recorded: readonly number[]
}

type Row = readonly [firstPosition: string, recordedMs: string, unfit: readonly Unfit[] | null]

/** Returns the call of `append_events` with all appends of a batch. A stream may occur only once in it. */
export function appendQuery(schema: string, batch: readonly EncodedAppend[], isAnnounced: boolean): pg.QueryArrayConfig {
  const rows = batch.flatMap(({ append, events }, index) =>
    events.map((event, offset) => ({
      index: index + 1,
      stream: append.stream,
      version: append.expectedVersion + 1 + offset,
      event,
      // Only within an append: an append before it may turn out not to fit, and is then not in the log.
      context: event.context === events[offset - 1]?.context ? null : event.context,
    })),
  )
  return {
    name: 'append_events',
    text: appendText(schema),
    rowMode: 'array',
    values: [
      binaryArray('text', batch, ({ append }) => append.stream),
      binaryArray('int4', batch, ({ append }) => append.expectedVersion),
      binaryArray('int4', rows, ({ index }) => index),
      binaryArray('text', rows, ({ stream }) => stream),
      binaryArray('int4', rows, ({ version }) => version),
      binaryArray('uuid', rows, ({ event }) => event.id),
      binaryArray('text', rows, ({ event }) => event.type),
      binaryArray('bytea', rows, ({ context }) => context),
      binaryArray('bytea', rows, ({ event }) => event.data),
      isAnnounced,
      isAnnounced ? newsOf(batch) : null,
    ],
  }
}

/** The notification has the events of a small batch, unless an append of it did not fit: then other processes need not read them. */
function appendText(schema: string): string {
  const news = "case when unfit is null then first_position || ' ' || recorded_ms || ' ' || $11::text end"
  return `select first_position, recorded_ms, unfit, case when $10::boolean then pg_notify('${schema}_events', coalesce(${news}, '')) end
    from ${schema}.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, false)`
}

/** Returns the results of a batch from what was sent and the answer, without reading again. */
export function appendResults(logId: string, batch: readonly EncodedAppend[], row: Row): AppendResult[] {
  const [firstPosition, recordedMs, unfit] = row
  const unfitByIndex = new Map(unfit?.map((one) => [one.append, one]))
  const recordedAt = Number(recordedMs)
  let next = Number(firstPosition)
  return batch.map((one, index): AppendResult => {
    const refused = unfitByIndex.get(index + 1)
    if (!refused) {
      const first = next
      next += one.events.length
      return { ok: true, isRepeat: false, recorded: recordedEvents(logId, one, (offset) => ({ sequence: first + offset, recordedAt })) }
    }
    const { positions, recorded, current } = refused
    if (!positions) return { ok: false, conflict: { currentVersion: current } }
    const at = (offset: number) => ({ sequence: positions[offset] as number, recordedAt: recorded[offset] as number })
    return { ok: true, isRepeat: true, recorded: recordedEvents(logId, one, at) }
  })
}

function recordedEvents(
  logId: string,
  { append, events: encoded }: EncodedAppend,
  at: (offset: number) => { sequence: number; recordedAt: number },
): RecordedEvent[] {
  const { stream, expectedVersion, events } = append
  return events.map(({ id, event, context }, offset) => {
    const { sequence, recordedAt } = at(offset)
    const position = formatPosition(logId, sequence)
    const version = expectedVersion + 1 + offset
    return storedEvent({ id, event, context, stream, version, position, recordedAt }, encoded[offset] as EncodedEvent)
  })
}

/** Postgres takes at most 7 999 bytes in a notification; the position and the time come before the text. */
const mostChars = 7_900
const separator = ','

/** The events of a batch as text, for the notification of it; null where they are too large: then other processes read them. */
function newsOf(batch: readonly EncodedAppend[]): string | null {
  const bytes = batch.reduce((sum, { events }) => sum + events.reduce((all, { context, data }) => all + context.length + data.length, 0), 0)
  if (bytes > mostChars) return null
  const texts = batch.flatMap(({ append, events }) =>
    events.map(({ id, context, data }, offset) => {
      // The server gives the position and the time.
      const record = { id, stream: append.stream, version: append.expectedVersion + 1 + offset, position: '', previousPosition: '', recordedAt: 0 }
      return encode('EventRecord', { ...record, context, data }).toString('base64')
    }),
  )
  const text = texts.join(separator)
  return text.length > mostChars ? null : text
}

/** The events of a notification, in the order of the log; null where it has none, or none that can be read. */
export function eventsOfNews(logId: string, payload: string): readonly RecordedEvent[] | null {
  const [first, recordedMs, text] = payload.split(' ')
  if (text === undefined) return null
  try {
    return text.split(separator).map((one, index) => {
      const { id, stream, version, context, data } = decodeAs('EventRecord', Buffer.from(one, 'base64'))
      const position = formatPosition(logId, Number(first) + index)
      const decoded = decodeEvent(null, context, data, { position, stream, version })
      return storedEvent(
        { id, event: decoded.event, context: decoded.context, stream, version, position, recordedAt: Number(recordedMs) },
        { context, data },
      )
    })
  } catch {
    // The reader says what is wrong with an event that can not be read.
    return null
  }
}
