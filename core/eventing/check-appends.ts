import { ElvesError } from '../foundation/errors.ts'
import { cutText } from '../foundation/text.ts'
import type { Append, NewEvent } from './event-store.ts'
import { unfaithfulPart } from './faithful.ts'

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
