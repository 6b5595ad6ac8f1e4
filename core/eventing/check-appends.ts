import { ElvesError } from '../foundation/errors.ts'
import type { Append } from './event-store.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const streamNames = /^[!-~]{1,512}$/

/** Throws INTERNAL for a call that is wrong in itself, before any of it is written: it is a fault of the caller's code. */
export function checkAppends(appends: readonly Append[]): void {
  const streams = new Set<string>()
  for (const { stream, expectedVersion, events } of appends) {
    if (!streamNames.test(stream)) throw wrong(stream, 'a stream name has 1 to 512 visible ASCII characters')
    if (streams.has(stream)) throw wrong(stream, 'a stream may stand in one call only once')
    streams.add(stream)
    if (!Number.isInteger(expectedVersion) || expectedVersion < -1) throw wrong(stream, 'the expected version is a whole number from -1')
    if (events.length === 0) throw wrong(stream, 'an append has at least one event')
    for (const { id } of events) if (!uuid.test(id)) throw wrong(stream, 'the id of an event is a lower-case UUID')
  }
}

function wrong(stream: string, message: string): ElvesError {
  return new ElvesError('INTERNAL', message, { facts: { stream: stream.slice(0, 80) } })
}
