import { agentDecider } from '@elves/core/domain/agent/agent.ts'
import { agentIpDecider } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkDecider } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Decider } from '@elves/core/domain/decision.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { taskDecider } from '@elves/core/domain/task/decide.ts'
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

const deciders = { task: taskDecider, agent: agentDecider, agentlink: agentLinkDecider, agentip: agentIpDecider } as const

/** State of each stream after its last event, by today's deciders. */
export function statesOf(events: readonly RecordedEvent[]): Record<string, unknown> {
  const states: Record<string, unknown> = {}
  for (const { stream, event } of events) {
    const kind = stream.slice(0, stream.indexOf('-'))
    const decider = (deciders as unknown as Record<string, Decider<unknown, unknown, DomainEvent>>)[kind]
    if (!decider) throw new Error(`no decider has streams like ${stream}`)
    states[stream] = decider.evolve(states[stream] ?? decider.initialState, event)
  }
  return states
}
