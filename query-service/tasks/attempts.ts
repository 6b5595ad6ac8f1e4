import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { RequestContext } from '../graphql/context.ts'
import { streamEvents } from '../read-side/stream-events.ts'
import type { AttemptParent, TaskParent } from './parents.ts'

/** Returns the attempts of a task, oldest first. Only a task that may have several costs a read. */
export async function attemptsOf({ view, events }: TaskParent, context: RequestContext): Promise<readonly AttemptParent[]> {
  if (events) {
    const attempts = foldTries(events)
    for (const { output } of attempts) context.takeValue(output)
    return attempts
  }
  if (view.attempt === 0) return []
  if (view.retry === null) return [onlyAttempt(view)]
  const { readPosition, readModels } = context.services
  // Each projector has its own checkpoint, so this waits until the event log has the task's last event.
  await readPosition.reached(view.position, ['event-log'])
  const read: RecordedEvent<TaskEvent>[] = []
  for await (const event of streamEvents(readModels, taskStream(view.id))) {
    if (event.version > view.version) break
    if (!taskAggregate.isEvent(event)) continue
    if (event.event.type !== 'TaskRequested') context.takeValue(event.event.data)
    read.push(event)
  }
  return foldTries(read)
}

function onlyAttempt({ attempt, agentId, state, dispatchedAt, acknowledgedAt, startedAt, endedAt, output, failure }: TaskView): AttemptParent {
  return { number: attempt, agentId, state, dispatchedAt, acknowledgedAt, startedAt, endedAt, output, failure, isClosed: true }
}

/** Folds the attempts from the events of a task. */
export function foldTries(events: readonly RecordedEvent<TaskEvent>[]): readonly AttemptParent[] {
  const attempts: AttemptParent[] = []
  for (const { event, recordedAt } of events) {
    if (event.type === 'TaskDispatched') {
      const { attempt, agentId } = event.data
      const times = { dispatchedAt: recordedAt, acknowledgedAt: null, startedAt: null, endedAt: null }
      attempts.push({ number: attempt, agentId, state: 'DISPATCHED', ...times, output: null, failure: null, isClosed: false })
      continue
    }
    const last = attempts.at(-1)
    if (last && !last.isClosed) attempts[attempts.length - 1] = { ...last, ...changes(event, recordedAt) }
  }
  return attempts
}

/** What an event changes of the attempt that is under way. An attempt that is closed has ended before its task. */
function changes(event: Exclude<TaskEvent, { type: 'TaskDispatched' }>, at: number): Partial<AttemptParent> {
  switch (event.type) {
    case 'TaskAcknowledged':
      return { state: 'ACKNOWLEDGED', acknowledgedAt: at }
    case 'TaskStarted':
      return { state: 'RUNNING', startedAt: at }
    case 'TaskAttemptEnded': {
      const { outcome, output, failure } = event.data
      return { state: outcome === 'UNKNOWN' ? 'FAILED' : outcome, endedAt: at, output, failure, isClosed: true }
    }
    case 'TaskSucceeded':
      return { state: 'SUCCEEDED', endedAt: at, output: event.data.output, failure: null }
    case 'TaskFailed':
      return { state: 'FAILED', endedAt: at, output: event.data.output, failure: event.data.failure }
    case 'TaskTimedOut':
      return { state: 'TIMED_OUT', endedAt: at, output: event.data.output, failure: event.data.failure }
    case 'TaskCancelled':
      return { state: 'CANCELLED', endedAt: at, output: event.data.output, failure: null }
    case 'TaskRejected':
      return { state: 'REJECTED', endedAt: at, output: event.data.output, failure: event.data.failure }
    case 'TaskLost':
      return { state: 'LOST', endedAt: at, output: null, failure: event.data.failure }
    case 'TaskRequested':
    case 'TaskGuarded':
    case 'TaskApproved':
    case 'TaskApprovalRefused':
    case 'TaskWaiting':
    case 'TaskSkipped':
    case 'TaskCancelRequested':
    case 'TaskProcessingStarted':
    case 'TaskProcessingDelayed':
    case 'TaskProcessed':
    case 'TaskProcessingFailed':
    case 'TaskSecretsUsed':
    case 'TaskReportIgnored':
      return {}
  }
}
