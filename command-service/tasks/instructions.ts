import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { EventContext, TaskDispatched, TaskRequested } from '@elves/schemas/generated/types.ts'

/** What a `RunTask` instruction is made of: the same whether the events have just been written or are read again. */
export interface Dispatch {
  readonly requested: TaskRequested
  readonly dispatched: TaskDispatched
  readonly context: EventContext
}

/** The last dispatch in a task's events, or null where it was never dispatched. */
export function dispatchOf(events: readonly RecordedEvent[]): Dispatch | null {
  let requested: TaskRequested | null = null
  let found: Dispatch | null = null
  for (const { event, context } of events) {
    if (event.type === 'TaskRequested') requested = event.data
    else if (event.type === 'TaskDispatched' && requested) found = { requested, dispatched: event.data, context }
  }
  return found
}

/** A `RunTask` instruction, encoded. */
export function runInstruction(taskId: string, { requested, dispatched, context }: Dispatch): Uint8Array {
  const { kind, app, func, param, proxy, processor, timeoutMs } = requested
  const { attempt, journalId, notAfter } = dispatched
  const { correlationId, metadata } = context
  return encode('RunTask', { taskId, attempt, journalId, kind, app, func, param, proxy, processor, timeoutMs, notAfter, correlationId, metadata })
}

/** A `CancelTask` instruction, encoded. */
export function cancelInstruction(taskId: string, attempt: number, reason: string | null, correlationId: string): Uint8Array {
  return encode('CancelTask', { taskId, attempt, reason, correlationId })
}
