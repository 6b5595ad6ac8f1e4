import type { QueueOutcome } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, isRejection, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'
import { placedTasks, type QueueMembers, type TaskToAdd } from './dependencies.ts'
import { queueLimits } from './limits.ts'
import { emptyLookup, type Lookup } from './lookup.ts'

export type QueueEvent = EventOf<'queue'>
export type QueuePhase = 'NONE' | 'OPEN' | 'RUNNING' | 'STOPPING' | 'ENDED'

export interface QueueState extends QueueMembers {
  readonly phase: QueuePhase
  /** The app of tasks that name none. */
  readonly app: string | null
  readonly requestHash: string | null
  /** Hashes of the calls that added tasks, by their idempotency keys. */
  readonly added: Lookup<string>
  /** Number of QueueTasksAdded: the other events but the first come after them. */
  readonly addedCount: number
  readonly commitKey: string | null
  readonly stopKey: string | null
  readonly isRunningCancelled: boolean
}

interface Asked {
  readonly idempotencyKey: string | null
}

interface AskedWithHash extends Asked {
  readonly requestHash: string | null
}

export interface CreateQueue extends AskedWithHash {
  readonly type: 'CreateQueue'
  readonly name: string | null
  readonly app: string | null
}

/** Makes tasks part of the queue, all or none. */
export interface AddQueueTasks extends AskedWithHash {
  readonly type: 'AddQueueTasks'
  readonly tasks: readonly TaskToAdd[]
}

export interface CommitQueue extends Asked {
  readonly type: 'CommitQueue'
}

export interface StopQueue extends Asked {
  readonly type: 'StopQueue'
  readonly cancelRunning: boolean
  readonly reason: string | null
}

/** Sent by the queue runner when every task has ended. A queue that somebody stopped ends as STOPPED, whatever became of its tasks. */
export interface EndQueue {
  readonly type: 'EndQueue'
  readonly outcome: Exclude<QueueOutcome, 'UNKNOWN' | 'STOPPED'>
}

export type QueueCommand = CreateQueue | AddQueueTasks | CommitQueue | StopQueue | EndQueue

const initialState: QueueState = {
  phase: 'NONE',
  app: null,
  requestHash: null,
  ids: emptyLookup,
  keys: emptyLookup,
  added: emptyLookup,
  addedCount: 0,
  commitKey: null,
  stopKey: null,
  isRunningCancelled: false,
}

function decide(command: QueueCommand, state: QueueState): Decision<QueueEvent> {
  if (command.type === 'EndQueue') return end(command, state)
  const invalid = checkIdempotencyKey(command.idempotencyKey)
  if (invalid) return invalid
  if (command.type === 'CreateQueue') return create(command, state)
  if (state.phase === 'NONE') return rejection('QUEUE_UNKNOWN', 'no queue has this id', 'queue')
  switch (command.type) {
    case 'AddQueueTasks':
      return add(command, state)
    case 'CommitQueue':
      return commit(command, state)
    case 'StopQueue':
      return stop(command, state)
  }
}

function create({ name, app, idempotencyKey, requestHash }: CreateQueue, state: QueueState): Decision<QueueEvent> {
  if (state.phase !== 'NONE') {
    if (requestHash !== null && requestHash === state.requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this idempotency key was used for another queue', 'idempotencyKey')
  }
  if ((name?.length ?? 0) > queueLimits.nameLength) {
    return rejection('TEXT_INVALID', `name has at most ${queueLimits.nameLength} characters`, 'name')
  }
  return checkText('name', name) ?? checkText('app', app) ?? [{ type: 'QueueCreated', data: { name, app, idempotencyKey, requestHash } }]
}

function add({ tasks, idempotencyKey, requestHash }: AddQueueTasks, state: QueueState): Decision<QueueEvent> {
  const before = idempotencyKey === null ? undefined : state.added.get(idempotencyKey)
  if (before !== undefined) {
    if (before === requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this idempotency key added other tasks', 'idempotencyKey')
  }
  const closed = unlessOpen(state)
  if (closed) return closed
  if (tasks.length === 0) return []
  if (tasks.length > queueLimits.tasksAtOnce || state.ids.size + tasks.length > queueLimits.tasks) {
    const most = `at most ${queueLimits.tasksAtOnce} tasks are added at once, and a queue has at most ${queueLimits.tasks}`
    return rejection('QUEUE_FULL', `${most}; it has ${state.ids.size}`, 'tasks')
  }
  const placed = placedTasks(tasks, state)
  if (isRejection(placed)) return placed
  return [{ type: 'QueueTasksAdded', data: { tasks: placed, idempotencyKey, requestHash } }]
}

function commit({ idempotencyKey }: CommitQueue, state: QueueState): Decision<QueueEvent> {
  if (idempotencyKey !== null && state.commitKey === idempotencyKey) return []
  return unlessOpen(state) ?? [{ type: 'QueueCommitted', data: { idempotencyKey } }]
}

function stop({ cancelRunning, reason, idempotencyKey }: StopQueue, state: QueueState): Decision<QueueEvent> {
  if (idempotencyKey !== null && state.stopKey === idempotencyKey) return []
  if (state.phase === 'ENDED') return queueEnded
  // To stop it again changes nothing, unless what runs is to be cancelled only now.
  if (state.phase === 'STOPPING' && (state.isRunningCancelled || !cancelRunning)) return []
  return checkText('reason', reason) ?? checkReason(reason) ?? [{ type: 'QueueStopRequested', data: { cancelRunning, reason, idempotencyKey } }]
}

function end({ outcome }: EndQueue, { phase }: QueueState): Decision<QueueEvent> {
  if (phase === 'RUNNING') return [{ type: 'QueueEnded', data: { outcome } }]
  return phase === 'STOPPING' ? [{ type: 'QueueEnded', data: { outcome: 'STOPPED' } }] : []
}

const queueEnded = rejection('QUEUE_ENDED', 'the queue has ended', 'queue')

function unlessOpen({ phase }: QueueState): Rejection | null {
  if (phase === 'ENDED') return queueEnded
  return phase === 'OPEN' ? null : rejection('QUEUE_NOT_OPEN', 'the queue was committed or stopped', 'queue')
}

function evolve(state: QueueState, event: QueueEvent): QueueState {
  switch (event.type) {
    case 'QueueCreated':
      return { ...state, phase: 'OPEN', app: event.data.app, requestHash: event.data.requestHash }
    case 'QueueTasksAdded': {
      const { tasks, idempotencyKey, requestHash } = event.data
      const ids = state.ids.with(new Map(tasks.map(({ taskId }) => [taskId, true])))
      const keys = state.keys.with(new Map(tasks.flatMap(({ key, taskId }) => (key === null ? [] : [[key, taskId] as const]))))
      const added = idempotencyKey === null ? state.added : state.added.with(new Map([[idempotencyKey, requestHash ?? '']]))
      return { ...state, ids, keys, added, addedCount: state.addedCount + 1 }
    }
    case 'QueueCommitted':
      return { ...state, phase: 'RUNNING', commitKey: event.data.idempotencyKey }
    case 'QueueStopRequested':
      return { ...state, phase: 'STOPPING', stopKey: event.data.idempotencyKey, isRunningCancelled: event.data.cancelRunning }
    case 'QueueEnded':
      // Nothing is decided by its tasks any more.
      return { ...state, phase: 'ENDED', ids: emptyLookup, keys: emptyLookup }
  }
}

const bytesOfTask = 150
const bytesOfKey = 400

/** Tasks with dependencies, run once. What each task does is in the task's own stream. */
export const queueAggregate = aggregate({
  name: 'queue',
  prefix: 'queue-',
  decider: { initialState, decide, evolve },
  stateBytes: ({ ids, keys, added }) => ids.size * bytesOfTask + (keys.size + added.size) * bytesOfKey,
})

export const queueStream = queueAggregate.streamOf
