import { taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { spanIdOf, traceParentOf, traceParentText } from '@elves/core/tracing/trace-ids.ts'
import { tracedMark } from '@elves/core/tracing/traced-mark.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { EventContext, RetriedEnd, TaskDispatched, TaskRequested } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { AttemptRow } from '../open-attempts/open-attempts.ts'
import type { OpenTasks } from './open-tasks.ts'
import { taskStory } from './open-tasks.ts'

/** The parts of a `RunTask` instruction, from events that have just been written or are read again. */
export interface Dispatch {
  readonly requested: TaskRequested
  readonly dispatched: TaskDispatched
  readonly context: EventContext
}

/** Returns the last dispatch in a task's events, or null if it was never dispatched. */
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
  const sent = metadata[tracedMark] === undefined ? metadata : withRun(metadata, taskId, attempt)
  const asked = { taskId, attempt, journalId, kind, app, func, param, proxy, processor, timeoutMs, notAfter }
  return encode('RunTask', { ...asked, retriedOn: retriedOn(requested, attempt), ...noSecrets, correlationId, metadata: sent })
}

/** Names the span of the run, so that what the worker tells belongs under it. */
function withRun({ [tracedMark]: _, ...metadata }: Readonly<Record<string, string>>, taskId: string, attempt: number) {
  const request = traceParentOf(metadata['traceparent'])
  return request ? { ...metadata, traceparent: traceParentText({ ...request, spanId: spanIdOf('run', taskId, attempt) }) } : metadata
}

/** Which ends of this attempt another attempt follows, as far as that matters to the agent. */
function retriedOn({ processor, retry }: TaskRequested, attempt: number): readonly RetriedEnd[] {
  return processor && retry && attempt < retry.attempts ? retry.on : []
}

/** A `CancelTask` instruction, encoded. */
export function cancelInstruction(taskId: string, attempt: number, reason: string | null, correlationId: string): Uint8Array {
  return encode('CancelTask', { taskId, attempt, reason, correlationId })
}

/**
 * Returns the instructions to send again for an attempt, by its true state: a cancel until it has ended, otherwise the run while it
 * is unacknowledged and not expired. A cancel goes alone: an agent that does not know the attempt notes it as never started, so that
 * it cannot be run any more.
 */
export function instructionsFor({ taskId, isExpired }: AttemptRow, events: readonly RecordedEvent[]): readonly Uint8Array[] {
  const dispatch = dispatchOf(events)
  if (!dispatch) return []
  const { phase, attempt, isCancelRequested, cancelReason } = taskStateOf(events)
  if (phase !== 'DISPATCHED' && phase !== 'ACKNOWLEDGED' && phase !== 'RUNNING') return []
  if (isCancelRequested) return [cancelInstruction(taskId, attempt, cancelReason, dispatch.context.correlationId)]
  return phase === 'DISPATCHED' && !isExpired ? [runInstruction(taskId, dispatch)] : []
}

export interface SendOptions {
  readonly openTasks: Pick<OpenTasks, 'add'>
  readonly links: Pick<AgentLinks, 'send'>
}

/**
 * Called with the whole stream of a task whose last event, just made durable, may be a dispatch. If it is, sends the instruction,
 * and remembers the task for the agent's reports. What the link does not take is sent again by the deadlines.
 */
export function sendDispatched(taskId: string, events: readonly RecordedEvent[], { openTasks, links }: SendOptions): void {
  const last = events.at(-1)
  const dispatch = dispatchOf(events)
  const story = taskStory(events)
  if (last?.event.type !== 'TaskDispatched' || !dispatch || !story) return
  openTasks.add(taskStream(taskId), { context: dispatch.context, dispatchId: last.id, story }, null)
  links.send(dispatch.dispatched.agentId, runInstruction(taskId, dispatch))
}
