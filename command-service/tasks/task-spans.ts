import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { spanIdOf, traceOf } from '@elves/core/tracing/trace-ids.ts'
import type { EndedSpan, Tracing } from '@elves/core/tracing/tracing.ts'
import type { TaskStory } from './open-tasks.ts'

/** Tells the spans of tasks by their events: what was decided and made durable, and what an attempt was. */
export interface TaskSpans {
  /** Takes events of one stream that were made durable together; `sinceMs` is when their decision began. */
  recorded(events: readonly RecordedEvent[], sinceMs: number): void
  /** Takes an event that ends an attempt, with the story of the task up to it. */
  ended(recorded: RecordedEvent, story: TaskStory, happenedAt: number): void
}

type Attributes = EndedSpan['attributes']

/** All ids follow from the task, so spans of several processes are one tree though none tells the other. */
export function taskSpans(tracing: Tracing): TaskSpans {
  function traceOfTask({ stream, context: { correlationId, metadata } }: RecordedEvent) {
    const taskId = taskAggregate.idOf(stream) ?? ''
    const attributes: Attributes = { 'elves.task_id': taskId, 'elves.correlation_id': correlationId }
    return { ...traceOf(tracing, correlationId, metadata['traceparent']), taskId, attributes }
  }

  return {
    recorded(events, sinceMs) {
      const [first] = events
      if (!first) return
      const { traceId, isSampled, taskId, attributes } = traceOfTask(first)
      if (!isSampled) return
      const names = events.map(({ event }) => event.type).join(', ')
      const parent = { spanId: spanIdOf('task', taskId), isSampled }
      const positions = { 'elves.position': events.at(-1)?.position ?? '' }
      tracing.ended({
        name: `record ${names}`,
        traceId,
        spanId: null,
        parent,
        startMs: sinceMs,
        endMs: Date.now(),
        attributes: { ...attributes, ...positions },
      })
    },
    ended(recorded, story, happenedAt) {
      const { traceId, parent, isSampled, taskId, attributes } = traceOfTask(recorded)
      if (!isSampled) return
      const { event, recordedAt } = recorded
      const { attempt = 0, agentId = '' } = event.data as { readonly attempt?: number; readonly agentId?: string }
      const { app, func, requestedAt, dispatchedAt, acknowledgedAt, startedAt } = story
      const about = { ...attributes, 'elves.app': app, 'elves.func': func, 'elves.agent_id': agentId, 'elves.attempt': attempt }
      const outcome = outcomeOf(recorded)
      const task = { spanId: spanIdOf('task', taskId), isSampled }
      const dispatch = { spanId: spanIdOf('dispatch', taskId, attempt), isSampled }
      const told = (span: Pick<EndedSpan, 'name' | 'spanId' | 'parent' | 'startMs' | 'endMs'>, more: object = {}) =>
        tracing.ended({ traceId, attributes: about, ...span, ...more })
      if (dispatchedAt !== null) {
        const endMs = acknowledgedAt ?? startedAt ?? happenedAt
        told({ name: 'dispatch', spanId: dispatch.spanId, parent: task, startMs: dispatchedAt, endMs })
      }
      if (startedAt !== null) {
        told(
          { name: `run ${app}.${func}`, spanId: spanIdOf('run', taskId, attempt), parent: dispatch, startMs: startedAt, endMs: happenedAt },
          outcome,
        )
      }
      told({ name: `end ${event.type}`, spanId: spanIdOf('end', taskId, attempt), parent: task, startMs: happenedAt, endMs: recordedAt })
      if (isEnd(event.type)) told({ name: `task ${app}.${func}`, spanId: task.spanId, parent, startMs: requestedAt, endMs: recordedAt }, outcome)
    },
  }
}

/** Only a success is none that went wrong. No message of a failure leaves here: it may be secret. */
function outcomeOf({ event }: RecordedEvent): { readonly error?: string } {
  if (event.type === 'TaskSucceeded') return {}
  return { error: 'failure' in event.data && event.data.failure ? event.data.failure.code : event.type }
}
