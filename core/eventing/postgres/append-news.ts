import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import { decodeEvent, type EncodedEvent } from '../encoded-event.ts'
import type { Append, RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import { storedEvent } from '../stored-event.ts'

interface Encoded {
  readonly append: Pick<Append, 'stream' | 'expectedVersion'>
  readonly events: readonly EncodedEvent[]
}

/** Postgres takes at most 7 999 bytes in a notification; the position and the time come before the text. */
const mostChars = 7_900
const separator = ','

/** The events of a batch as text, for the notification of it; null where they are too large: then other processes read them. */
export function newsOf(batch: readonly Encoded[]): string | null {
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
