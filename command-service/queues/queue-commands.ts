import type { AddQueueTasksRequest } from '@elves/core/command-api/add-queue-tasks.ts'
import { type Caller, type CommandAnswer, contextOf, type Refusal } from '@elves/core/command-api/command.ts'
import type { CreateQueueRequest } from '@elves/core/command-api/create-queue.ts'
import type { QueueTaskRequest } from '@elves/core/command-api/queue-task.ts'
import type { StopQueueRequest } from '@elves/core/command-api/stop-queue.ts'
import { isRejection, type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { queueLimits } from '@elves/core/domain/queue/limits.ts'
import { type QueueCommand, type QueueEvent, type QueueState, queueAggregate, queueStream } from '@elves/core/domain/queue/queue.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import type { AgentDirectory } from '../agents/agent-directory.ts'
import { refusedAs } from '../command-answers.ts'
import type { NewTask, TaskRequests } from '../tasks/task-requests.ts'
import type { QueueAdders } from './queue-adders.ts'
import { checkTasks, hashOf, queuedTasks } from './queued-tasks.ts'

export type QueueAnswer = CommandAnswer<'queue'>
const refused = refusedAs('queue')

export interface QueueCommandsOptions {
  readonly store: EventStore
  readonly queues: Aggregates
  readonly agents: AgentDirectory
  readonly requests: Pick<TaskRequests, 'request'>
  readonly adders: Pick<QueueAdders, 'refusal'>
}

export interface QueueCommands {
  create(caller: Caller, request: CreateQueueRequest): Promise<QueueAnswer>
  add(caller: Caller, request: AddQueueTasksRequest): Promise<QueueAnswer>
  commit(caller: Caller, request: { readonly queue: string; readonly idempotencyKey: string | null }): Promise<QueueAnswer>
  stop(caller: Caller, request: StopQueueRequest): Promise<QueueAnswer>
}

/** What a call is about to do, as the queue is now. */
interface Foreseen {
  readonly events: readonly QueueEvent[]
  readonly state: QueueState
}

const queueUnknown = rejection('QUEUE_UNKNOWN', 'no queue has this id', 'queue')

/**
 * Makes queues and adds tasks to them. All or none, over as many streams as there are tasks: everything is checked first, then the tasks'
 * streams are written, held, and at last one event of the queue makes all of them part of it. What a crash leaves behind before that
 * event is completed by whoever repeats the call with its idempotency key, or skipped by the queue runner once the queue is committed.
 */
export function queueCommands({ store, queues, agents, requests, adders }: QueueCommandsOptions): QueueCommands {
  async function foresee(id: string, commands: readonly QueueCommand[]): Promise<Foreseen | Rejection> {
    await queues.refresh([queueStream(id)])
    let { state } = await queues.load(queueAggregate, queueStream(id))
    const events: QueueEvent[] = []
    for (const command of commands) {
      const decision = queueAggregate.decider.decide(command, state)
      if (isRejection(decision)) return decision
      state = decision.reduce(queueAggregate.decider.evolve, state)
      events.push(...decision)
    }
    return { events, state }
  }

  async function handle(caller: Caller, id: string, commands: readonly QueueCommand[], taskIds: readonly string[] = []): Promise<QueueAnswer> {
    const stream = queueStream(id)
    const handled = await queues.handle({ aggregate: queueAggregate, stream, commands, context: contextOf(caller) })
    if (handled.rejection) return refused(handled.rejection)
    const [first, last, tasks] = await Promise.all([
      store.readStream(stream, { limit: 1 }),
      store.readStream(stream, { from: handled.state.addedCount + 1 }),
      store.readStreams(taskIds.map(taskStream)),
    ])
    const position = handled.recorded.at(-1)?.position ?? (await store.head())
    return { queueId: id, events: [...first, ...last, ...tasks.flat()], position, refusal: null }
  }

  /** Writes the streams of the tasks that the foreseen event adds. */
  async function request(caller: Caller, tasks: readonly NewTask[], foreseen: Foreseen): Promise<Refusal | null> {
    const added = foreseen.events.find((event) => event.type === 'QueueTasksAdded')
    if (!added) return null
    const context = contextOf(caller)
    const asked = tasks.map((task, index) => {
      const parents = added.data.tasks[index]?.parents ?? []
      return { task: { ...task, parents, requestHash: hashOf([task.requestHash, parents]) }, context, hold: true }
    })
    const refusals = await requests.request(asked)
    const index = refusals.findIndex((refusal) => refusal !== null)
    return index === -1 ? null : inTask(refusals[index] as Refusal, index)
  }

  function addition(id: string, app: string | null, tasks: readonly QueueTaskRequest[], key: string | null) {
    const all = queuedTasks(id, app, tasks, (index) => (key === null ? randomHexId() : hexIdForKey({ kind: 'QUEUE', id }, `task ${index}`, key)))
    const toAdd = all.map(({ taskId }, index) => ({ taskId, key: tasks[index]?.key ?? null, dependsOn: tasks[index]?.dependsOn ?? [] }))
    const command = { type: 'AddQueueTasks', tasks: toAdd, idempotencyKey: key, requestHash: key === null ? null : hashOf(tasks) } as const
    return { all, command, ids: all.map(({ taskId }) => taskId) }
  }

  return {
    async create(caller, { name, app, tasks, commit, idempotencyKey }) {
      const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, 'createQueue', idempotencyKey)
      const requestHash = idempotencyKey === null ? null : hashOf([name, app, tasks, commit])
      const create: QueueCommand = { type: 'CreateQueue', name, app, idempotencyKey, requestHash }
      const { all, command, ids } = addition(id, app, tasks, idempotencyKey)
      // A repeated request whose queue runs already must not be refused for that.
      const further: readonly QueueCommand[] = [...(tasks.length > 0 ? [command] : []), ...(commit ? [commitOf(idempotencyKey)] : [])]
      const foreseen = await foresee(id, [create, ...further])
      if (isRefused(foreseen)) return refused(foreseen)
      if (foreseen.events.some(({ type }) => type === 'QueueTasksAdded')) {
        const invalid = await checkTasks(all, agents)
        if (invalid) return refused(invalid)
      }
      const { rejection: no } = await queues.handle({
        aggregate: queueAggregate,
        stream: queueStream(id),
        commands: [create],
        context: contextOf(caller),
      })
      if (no) return refused(no)
      const refusal = await request(caller, all, foreseen)
      if (refusal) return { queueId: null, events: [], position: null, refusal }
      return handle(caller, id, further, ids)
    },
    async add(caller, { queue: id, tasks, idempotencyKey }) {
      if (!isHexId(id)) return refused(queueUnknown)
      if (tasks.length > queueLimits.tasksAtOnce) return refused(tooMany)
      await queues.refresh([queueStream(id)])
      const { app } = (await queues.load(queueAggregate, queueStream(id))).state
      const { all, command, ids } = addition(id, app, tasks, idempotencyKey)
      const foreseen = await foresee(id, [command])
      if (isRefused(foreseen)) return refused(foreseen)
      if (foreseen.events.length > 0) {
        const invalid = await checkTasks(all, agents)
        if (invalid) return refused(invalid)
      }
      const refusal = await request(caller, all, foreseen)
      if (refusal) return { queueId: null, events: [], position: null, refusal }
      return handle(caller, id, [command], ids)
    },
    commit: async (caller, { queue: id, idempotencyKey }) => {
      if (!isHexId(id)) return refused(queueUnknown)
      const no = await adders.refusal(caller, id)
      return no ? refused(no) : handle(caller, id, [commitOf(idempotencyKey)])
    },
    stop: async (caller, { queue: id, cancelRunning, reason, idempotencyKey }) => {
      return isHexId(id) ? handle(caller, id, [{ type: 'StopQueue', cancelRunning, reason, idempotencyKey }]) : refused(queueUnknown)
    },
  }
}

const tooMany = rejection('QUEUE_FULL', `at most ${queueLimits.tasksAtOnce} tasks are added at once`, 'tasks')

function commitOf(idempotencyKey: string | null): QueueCommand {
  return { type: 'CommitQueue', idempotencyKey }
}

function isRefused(foreseen: Foreseen | Rejection): foreseen is Rejection {
  return 'rejected' in foreseen
}

function inTask({ code, message, field }: Refusal, index: number): Refusal {
  return { code, message, field: `tasks.${index}${field === null ? '' : `.${field}`}` }
}
