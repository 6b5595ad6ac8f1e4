import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'

/** Context of a decision of a part of the platform that no event caused. */
export function contextOfPart(part: string, correlationId: string): EventContext {
  return { actor: { kind: 'SYSTEM', id: part, name: null }, correlationId, causationId: null, metadata: {} }
}

/** Context of the platform's own decisions about a task: the correlation of the task's request, caused by the task's last event. */
export function systemContext(part: string, events: readonly RecordedEvent[]): EventContext {
  const context = events[0]?.context
  return {
    ...contextOfPart(part, context?.correlationId ?? ''),
    causationId: events.at(-1)?.id ?? null,
    metadata: context?.metadata ?? {},
  }
}
