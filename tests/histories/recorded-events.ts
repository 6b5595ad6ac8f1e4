import { aggregateOfStream } from '@elves/core/domain/aggregates.ts'
import { decodeEvent, encodeEvents } from '@elves/core/eventing/encoded-event.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { GoldenEvent } from './golden-files.ts'

/** Events, in order of position, as they are kept; `start` is the point before the first. */
export function recordsOf(events: readonly RecordedEvent[], start: string): GoldenEvent[] {
  return encodeEvents(events).map(({ id, type, context, data }, index) => {
    const { stream, version, position, recordedAt } = events[index] as RecordedEvent
    const previousPosition = events[index - 1]?.position ?? start
    const record = encode('EventRecord', { id, stream, version, position, previousPosition, recordedAt, context, data })
    return { type, stream, record: record.toString('base64') }
  })
}

export function eventOf({ type, record }: GoldenEvent): RecordedEvent {
  const { id, stream, version, position, recordedAt, context, data } = decodeAs('EventRecord', Buffer.from(record, 'base64'))
  return { id, stream, version, position, recordedAt, ...decodeEvent(type, Buffer.from(context), Buffer.from(data), { stream, version }) }
}

/** State of each stream after its last event, by today's deciders. */
export function statesOf(events: readonly RecordedEvent[]): Record<string, unknown> {
  const states: Record<string, unknown> = {}
  for (const { stream, event } of events) {
    const aggregate = aggregateOfStream(stream)
    if (!aggregate) throw new Error(`no aggregate has streams like ${stream}`)
    const { decider } = aggregate
    states[stream] = decider.evolve(states[stream] ?? decider.initialState, event)
  }
  return states
}
