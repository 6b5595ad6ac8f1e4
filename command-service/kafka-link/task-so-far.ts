import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { decodeEventRecord, encodeEventRecord, eventOfRecord } from '@elves/core/eventing/kafka/event-record.ts'

/** Header of an instruction: the events of its task so far, so that the gateway that hands it on need not read them. */
const header = 'elves-task'
/** A task with a larger parameter is read from the store: its instruction has the parameter already. */
const mostChars = 8 * 1024
const separator = ','

/** Returns the header with these events; none where they are too large, or not all of their task. */
export function taskHeaders(events: readonly RecordedEvent[]): Readonly<Record<string, string>> {
  if (events[0]?.version !== 0) return {}
  // The gateway does not look at the position before an event.
  const text = events.map((event) => encodeEventRecord(event, event.position).toString('base64')).join(separator)
  return text.length > mostChars ? {} : { [header]: text }
}

/** Returns the events of the header; null where it is not there or can not be read: then the store has them. */
export function taskSoFar(headers: Readonly<Record<string, string>>): readonly RecordedEvent[] | null {
  const text = headers[header]
  if (text === undefined) return null
  try {
    return text.split(separator).map((one) => eventOfRecord(decodeEventRecord(Buffer.from(one, 'base64'))))
  } catch {
    return null
  }
}
