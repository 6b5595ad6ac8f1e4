import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { Append, AppendResult, NewEvent, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'

export const sampleContext: EventContext = {
  actor: { kind: 'USER', id: 'u-1', name: 'Zoë 张' },
  correlationId: 'c-1',
  causationId: null,
  metadata: { traceparent: '00-1-2-01' },
}

/** A small event; `number` tells it apart from others. */
export function sampleEvent(number = 1): NewEvent {
  const event: DomainEvent = {
    type: 'TaskStarted',
    data: { agentId: 'a'.repeat(32), app: 'apptest', attempt: number, happenedAt: 1_700_000_000_000 + number },
  }
  return { id: randomUUID(), event, context: sampleContext }
}

export function sampleEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => sampleEvent(index + 1))
}

export function sampleStream(): string {
  return `task-${randomUUID()}`
}

export function sampleAppend(stream: string, expectedVersion: number, count = 1): Append {
  return { stream, expectedVersion, events: sampleEvents(count) }
}

/** An append of one event that contains this text. */
export function largeAppend(stream: string, text: string): Append {
  const event: DomainEvent = {
    type: 'TaskCancelRequested',
    data: { agentId: 'a'.repeat(32), app: 'apptest', reason: text, idempotencyKey: null },
  }
  return { stream, expectedVersion: -1, events: [{ id: randomUUID(), event, context: sampleContext }] }
}

/** Returns the events of an append; throws if it was not written. */
export function recordedOf(result: AppendResult | undefined): readonly RecordedEvent[] {
  if (!result?.ok) throw new Error(`not written: ${JSON.stringify(result)}`)
  return result.recorded
}
