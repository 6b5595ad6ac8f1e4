import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { QueuedTask } from '@elves/schemas/generated/types.ts'

export type QueueRowPhase = 'OPEN' | 'RUNNING' | 'STOPPING' | 'ENDED'
export type OpenTaskState = 'WAITING' | 'DISPATCHED'
export type EndedTaskState = 'SUCCEEDED' | 'NOT_SUCCEEDED'

export interface QueueChange {
  readonly queueId: string
  readonly phase: QueueRowPhase
  readonly isRunningCancelled: boolean
  readonly stopReason: string | null
  readonly correlationId: string
}

export interface AddedTask extends QueuedTask {
  readonly queueId: string
}

/** What a batch of events changes in the tables, task by task. */
export interface FoldedQueues {
  readonly queues: readonly QueueChange[]
  readonly requested: readonly { readonly taskId: string; readonly queueId: string }[]
  readonly added: readonly AddedTask[]
  /** The last open state of tasks that may be of a queue. */
  readonly moved: ReadonlyMap<string, OpenTaskState>
  readonly cancelled: readonly string[]
  /** The first end of tasks that may be of a queue. */
  readonly ended: ReadonlyMap<string, EndedTaskState>
}

/** Returns true if the event can change the tables. Tasks of no queue cost one look for their end, and nothing for their dispatch. */
export function changesQueues(recorded: RecordedEvent): boolean {
  const { event, version } = recorded
  if (queueAggregate.isEvent(recorded)) return true
  switch (event.type) {
    case 'TaskRequested':
      return event.data.kind === 'QUEUE'
    case 'TaskWaiting':
      return event.data.reason !== 'QUEUE'
    case 'TaskDispatched':
      return version > 1
    case 'TaskCancelRequested':
      return true
    default:
      return isEnd(event.type)
  }
}

/** Folds a batch to its net effect. */
export function foldQueues(events: readonly RecordedEvent[]): FoldedQueues {
  const queues = new Map<string, QueueChange>()
  const requested: { taskId: string; queueId: string }[] = []
  const added: AddedTask[] = []
  const moved = new Map<string, OpenTaskState>()
  const cancelled: string[] = []
  const ended = new Map<string, EndedTaskState>()
  for (const recorded of events) {
    const { event, stream } = recorded
    const queueId = queueAggregate.idOf(stream)
    if (queueId !== null) {
      if (event.type === 'QueueTasksAdded') for (const task of event.data.tasks) added.push({ ...task, queueId })
      const change = changed(queues.get(queueId) ?? null, queueId, recorded)
      if (change) queues.set(queueId, change)
      continue
    }
    const taskId = taskAggregate.idOf(stream)
    if (taskId === null) continue
    if (event.type === 'TaskRequested' && event.data.kind === 'QUEUE') requested.push({ taskId, queueId: event.data.queueId ?? '' })
    else if (event.type === 'TaskWaiting' && event.data.reason !== 'QUEUE') moved.set(taskId, 'WAITING')
    else if (event.type === 'TaskDispatched') moved.set(taskId, 'DISPATCHED')
    else if (event.type === 'TaskCancelRequested') cancelled.push(taskId)
    else if (isEnd(event.type) && !ended.has(taskId)) ended.set(taskId, event.type === 'TaskSucceeded' ? 'SUCCEEDED' : 'NOT_SUCCEEDED')
  }
  return { queues: [...queues.values()], requested, added, moved, cancelled, ended }
}

function changed(before: QueueChange | null, queueId: string, { event, context }: RecordedEvent): QueueChange | null {
  const base = before ?? { queueId, phase: 'OPEN', isRunningCancelled: false, stopReason: null, correlationId: context.correlationId }
  switch (event.type) {
    case 'QueueCreated':
      return base
    case 'QueueCommitted':
      return { ...base, phase: 'RUNNING' }
    case 'QueueStopRequested':
      return { ...base, phase: 'STOPPING', isRunningCancelled: event.data.cancelRunning, stopReason: event.data.reason }
    case 'QueueEnded':
      return { ...base, phase: 'ENDED' }
    default:
      return null
  }
}
