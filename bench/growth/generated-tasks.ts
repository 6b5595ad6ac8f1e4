import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { noTaskOptions, type TaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Append, EventStore, NewEvent } from '@elves/core/eventing/event-store.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { Actor, EventContext, TaskKind, TaskOutput } from '@elves/schemas/generated/types.ts'
import { generatedAgent, generatedIp, generatedScheduleId, type Mix, mixOf } from './mix.ts'

/** What a history is made of. */
export interface GeneratedTasks {
  readonly tasks: number
  readonly agents: number
}

/** Tasks of which the events are mixed with each other, as those of tasks that run at the same time are. */
const tasksAtOnce = 40
const tasksOfQueue = 10
/** Of the groups of tasks: those that are queues, and those that one call asked for. */
const [queueShare, bulkShare] = [0.1, 0.1]
const scheduleShare = 0.25
const appendsInFlight = 4

/**
 * Writes tasks that have ended through the store's own port, in two appends each, as an API client's smallest task has them.
 * Most succeed. There are tasks of queues and of schedules, and bulk calls. Returns how many events that were.
 */
export async function generateTasks(
  store: Pick<EventStore, 'append'>,
  { tasks, agents }: GeneratedTasks,
  onProgress: (done: number) => void,
): Promise<number> {
  const mix = mixOf(agents)
  let [begun, done, events] = [0, 0, 0]
  const write = async (appends: readonly Append[]) => {
    const results = await store.append(appends)
    if (results.some(({ ok }) => !ok)) throw new Error('a generated event was refused')
    events += appends.reduce((sum, append) => sum + append.events.length, 0)
  }
  const work = async () => {
    while (begun < tasks) {
      const count = Math.min(tasksAtOnce, tasks - begun)
      const group = groupOf(mix, count, begun)
      begun += count
      await write(group.requests)
      await write(group.reports)
      done += count
      onProgress(done)
    }
  }
  await Promise.all(Array.from({ length: appendsInFlight }, work))
  return events
}

interface Group {
  readonly requests: readonly Append[]
  readonly reports: readonly Append[]
}

function groupOf(mix: Mix, count: number, begun: number): Group {
  const [isQueues, isBulk] = [mix.random() < queueShare, mix.random() < bulkShare]
  const correlation = randomUUID()
  const queues = isQueues ? Array.from({ length: Math.ceil(count / tasksOfQueue) }, () => ({ id: randomHexId(), taskIds: [] as string[] })) : []
  const lives = Array.from({ length: count }, (_, index) => {
    const taskId = randomHexId()
    const queue = queues[Math.floor(index / tasksOfQueue)]
    queue?.taskIds.push(taskId)
    const correlationId = queue?.id ?? (isBulk ? correlation : randomUUID())
    const person: Actor = { kind: 'LOCAL', id: mix.person(), name: null }
    if (queue) return taskLife(mix, taskId, { kind: 'QUEUE', actor: person, correlationId, options: { ...noTaskOptions, queueId: queue.id } })
    if (isBulk || mix.random() >= scheduleShare)
      return taskLife(mix, taskId, { kind: 'INSTANT', actor: person, correlationId, options: noTaskOptions })
    const scheduleId = generatedScheduleId(mix.schedule())
    const options = { ...noTaskOptions, scheduleId, fireAt: firstFireAt + (begun + index) * 1_000 }
    return taskLife(mix, taskId, { kind: 'SCHEDULE', actor: { kind: 'SCHEDULE', id: scheduleId, name: null }, correlationId, options })
  })
  const ends = queues.map(({ id, taskIds }) => queueLife(id, taskIds, mix.app()))
  return { requests: lives.map(({ request }) => request), reports: [...lives.map(({ reports }) => reports), ...ends] }
}

const firstFireAt = Date.UTC(2026, 0, 1)

interface Asked {
  readonly kind: TaskKind
  readonly actor: Actor
  readonly correlationId: string
  readonly options: TaskOptions
}

function taskLife(mix: Mix, taskId: string, { kind, actor, correlationId, options }: Asked): { readonly request: Append; readonly reports: Append } {
  const agent = mix.agent()
  const [stream, agentId, app, now] = [taskStream(taskId), generatedAgent(agent), mix.app(), Date.now()]
  const client: EventContext = { actor, correlationId, causationId: null, metadata: {} }
  const requested = { kind, agentId, app, agentIp: generatedIp(agent), func: 'noop', param: null, proxy: null, processor: false, timeoutMs: 0 }
  const attempt = { agentId, app, attempt: 1 }
  const dispatch = newEvent(
    { type: 'TaskDispatched', data: { ...attempt, journalId: randomHexId(), notAfter: now + 30_000, deadlineAt: null } },
    client,
  )
  const request = [newEvent({ type: 'TaskRequested', data: { ...requested, ...options, idempotencyKey: null, requestHash: null } }, client), dispatch]
  const context: EventContext = { ...client, actor: { kind: 'AGENT', id: agentId, name: null }, causationId: dispatch.id }
  const reports = [
    newEvent({ type: 'TaskAcknowledged', data: { ...attempt, happenedAt: now } }, context),
    newEvent({ type: 'TaskStarted', data: { ...attempt, happenedAt: now } }, context),
    newEvent(endOf(mix.random(), { ...attempt, happenedAt: now, isLate: false }), context),
  ]
  return { request: { stream, expectedVersion: -1, events: request }, reports: { stream, expectedVersion: request.length - 1, events: reports } }
}

const output: TaskOutput = {
  workerFlag: 1,
  message: inlineValue('ok'),
  costMs: 0,
  truncated: false,
  byteCount: 2,
  sha256: null,
  altered: false,
  printed: null,
  exit: null,
}
const failure = { code: 'WORKER_SAID_NO', message: 'no' }

/** Of a hundred tasks, 93 succeed. */
function endOf(share: number, at: { agentId: string; app: string; attempt: number; happenedAt: number; isLate: boolean }): DomainEvent {
  if (share < 0.93) return { type: 'TaskSucceeded', data: { ...at, output } }
  if (share < 0.97) return { type: 'TaskFailed', data: { ...at, failure, output, killed: null } }
  if (share < 0.98) return { type: 'TaskTimedOut', data: { ...at, failure, output, killed: 'VERIFIED' } }
  if (share < 0.99) return { type: 'TaskCancelled', data: { ...at, reason: null, output: null, killed: null } }
  return { type: 'TaskRejected', data: { ...at, failure, output } }
}

/** Written at once, after its tasks have ended, so that the platform beside has nothing to do for it. */
function queueLife(id: string, taskIds: readonly string[], app: string): Append {
  const context: EventContext = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: id, causationId: null, metadata: {} }
  const key = { idempotencyKey: null, requestHash: null }
  const events: DomainEvent[] = [
    { type: 'QueueCreated', data: { name: null, app, ...key } },
    { type: 'QueueTasksAdded', data: { tasks: taskIds.map((taskId) => ({ taskId, key: null, parents: [] })), ...key } },
    { type: 'QueueCommitted', data: { idempotencyKey: null } },
    { type: 'QueueEnded', data: { outcome: 'SUCCEEDED' } },
  ]
  return { stream: queueStream(id), expectedVersion: -1, events: events.map((event) => newEvent(event, context)) }
}

function newEvent(event: NewEvent['event'], context: EventContext): NewEvent {
  return { id: randomUUID(), event, context }
}
