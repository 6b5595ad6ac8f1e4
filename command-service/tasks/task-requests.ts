import type { Refusal } from '@elves/core/command-api/command.ts'
import type { Rejection } from '@elves/core/domain/decision.ts'
import type { RequestTask, StartTerms, TaskCommand } from '@elves/core/domain/task/commands.ts'
import { hasEnded, taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import type { EventContext, TaskFailure } from '@elves/schemas/generated/types.ts'
import { type AgentDirectory, type AgentRecord, findAgents } from '../agents/agent-directory.ts'
import { type AppGate, type AppGateState, comingApps } from '../apps/app-gate.ts'
import type { AppRules } from '../apps/app-rules.ts'
import { cancelInstruction, type SendOptions, sendDispatched } from './instructions.ts'
import type { TaskDecisions } from './task-decisions.ts'
import { type StartTimes, startTerms } from './task-decisions.ts'
import { agentUnknown } from './task-refusals.ts'

/** What a part of the platform asks for. It must have an id, and a hash of the request that tells a repetition from another task. */
export interface NewTask extends Omit<RequestTask, keyof StartTerms | 'type' | 'agentId' | 'agentIp' | 'isHeld'> {
  /** 16 upper-case hex digits. */
  readonly taskId: string
  /** The id or the ip of the agent. */
  readonly agent: string
  readonly requestHash: string
}

export interface TaskAsked {
  readonly task: NewTask
  readonly context: EventContext
  /** True: it waits until {@link TaskRequests.release}. */
  readonly hold: boolean
}

export interface TaskToSkip {
  readonly taskId: string
  readonly failure: TaskFailure
}

/**
 * The door for parts of the platform that make tasks: queues and schedules. Each call may be repeated, after a crash for example: it
 * changes nothing a second time. When a promise resolves, the events are durable. Throws like the event store: STORE_UNAVAILABLE and
 * VERSION_CONFLICT (both canRetry); then a part of the call may have been done.
 */
export interface TaskRequests {
  /**
   * Requests tasks, each decided by itself: it is dispatched at once, waits for its agent up to `startWithinMs`, or is held. Returns a
   * refusal or null for each, in order: AGENT_UNKNOWN, AGENT_OFFLINE, and those of invalid fields.
   */
  request(tasks: readonly TaskAsked[]): Promise<readonly (Refusal | null)[]>
  /** Lets held tasks go: each is dispatched, waits for its agent up to its `startWithinMs`, or is skipped if it may not wait. */
  release(taskIds: readonly string[], context: EventContext): Promise<void>
  /** Ends those of the tasks that still wait, as SKIPPED. */
  skip(tasks: readonly TaskToSkip[], context: EventContext): Promise<void>
  /** Cancels tasks: at once what waits, by the agent what was dispatched. What has ended stays as it is. */
  cancel(taskIds: readonly string[], reason: string | null, context: EventContext): Promise<void>
}

export interface TaskRequestsOptions extends SendOptions, StartTimes {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly decisions: TaskDecisions
  readonly agents: AgentDirectory
  readonly appRules: Pick<AppRules, 'refusals'>
  readonly appGate: Pick<AppGate, 'states'>
}

/** Tasks of one append. */
const decidedAtOnce = 1_000
/** Tasks whose histories are in memory at once; a parameter may have 64 KiB. */
const readAtOnce = 250

export function taskRequests(options: TaskRequestsOptions): TaskRequests {
  const { store, decisions, agents, links, appRules, appGate, now = Date.now } = options

  /** Whether an agent is connected may be old news: a task that waits is looked at when it connects. */
  const find = (names: readonly string[]) => findAgents(agents, names)

  async function requestSome(asked: readonly TaskAsked[]): Promise<readonly (Refusal | null)[]> {
    const records = await find(asked.map(({ task }) => task.agent))
    const refusals = await refusedByApps(asked)
    const prepared = asked.map((one) => ({ ...one, agent: records.get(one.task.agent) ?? null, refusal: refusals.get(one) ?? null }))
    const coming = await comingApps(
      appGate,
      prepared.flatMap(({ task, hold, agent, refusal }) => {
        return agent && !refusal && !hold && task.startWithinMs > 0 ? [{ key: task, agentId: agent.agentId, app: task.app }] : []
      }),
    )
    const handled = await decisions.handleMany(
      prepared.flatMap(({ task, context, hold, agent, refusal }) => {
        if (!agent || refusal) return []
        return [{ stream: taskStream(task.taskId), commands: [requestOf(task, agent, hold, coming.has(task))], context, isNew: true }]
      }),
    )
    let next = 0
    return prepared.map(({ task, agent, refusal }) => {
      if (refusal) return { code: refusal.rejected, message: refusal.message, field: refusal.field ?? null }
      if (!agent) return agentUnknown(task.agent).refusal
      const { recorded = [], rejection = null } = handled[next++] ?? {}
      if (rejection) return { code: rejection.rejected, message: rejection.message, field: rejection.field ?? null }
      sendDispatched(task.taskId, recorded, options)
      return null
    })
  }

  /** A task that was taken before, when the app did take it, is there, whoever asks for it again. */
  async function refusedByApps(asked: readonly TaskAsked[]): Promise<ReadonlyMap<TaskAsked, Rejection>> {
    const refusals = await appRules.refusals(asked.map(({ task }) => task))
    const refused = new Map<TaskAsked, Rejection>()
    for (const [index, one] of asked.entries()) {
      const refusal = refusals[index]
      if (refusal && (await decisions.load(taskStream(one.task.taskId))).state.phase === 'NONE') refused.set(one, refusal)
    }
    return refused
  }

  function requestOf({ taskId: _id, agent: _name, ...task }: NewTask, agent: AgentRecord, isHeld: boolean, isAppComing: boolean): RequestTask {
    return { type: 'RequestTask', ...task, agentId: agent.agentId, agentIp: agent.ip, isHeld, ...startTerms(agent, options, isAppComing) }
  }

  async function releaseSome(taskIds: readonly string[], context: EventContext): Promise<void> {
    const histories = await store.readStreams(taskIds.map(taskStream))
    const held = taskIds.flatMap((taskId, index) => {
      const events = histories[index] ?? []
      const { phase, wait, agentId, app, startWithinMs } = taskStateOf(events)
      return phase === 'WAITING' && wait?.reason === 'QUEUE' ? [{ taskId, events, agentId, app, startWithinMs }] : []
    })
    if (held.length === 0) return
    const records = await find(held.map(({ agentId }) => agentId))
    const gates = await appGate.states(held)
    for (const { taskId, events } of held) decisions.adopt(taskStream(taskId), events)
    const handled = await decisions.handleMany(
      held.map((one, index) => {
        const command = releaseOf(records.get(one.agentId) ?? null, gates[index] ?? 'OPEN', one.startWithinMs > 0)
        return { stream: taskStream(one.taskId), commands: [command], context }
      }),
    )
    for (const [index, { taskId, events }] of held.entries()) {
      const recorded: readonly RecordedEvent[] = handled[index]?.recorded ?? []
      if (recorded.length > 0) sendDispatched(taskId, [...events, ...recorded], options)
    }
  }

  function releaseOf(agent: AgentRecord | null, gate: AppGateState, mayWait: boolean): TaskCommand {
    if (!agent) return { type: 'SkipTask', failure: agentRemoved }
    if (gate === 'BANNED') return { type: 'SkipTask', failure: appBannedMeanwhile }
    return { type: 'ReleaseTask', ...startTerms(agent, options, mayWait && gate === 'COMING') }
  }

  async function cancelSome(taskIds: readonly string[], reason: string | null, context: EventContext): Promise<void> {
    const command = { type: 'CancelTask', reason, now: now() } as const
    const handled = await decisions.handleMany(taskIds.map((taskId) => ({ stream: taskStream(taskId), commands: [command], context })))
    for (const [index, { state, rejection }] of handled.entries()) {
      if (rejection || hasEnded(state.phase)) continue
      links.send(state.agentId, cancelInstruction(taskIds[index] ?? '', state.attempt, state.cancelReason, context.correlationId))
    }
  }

  return {
    async request(tasks) {
      const answers: (Refusal | null)[] = []
      for (const some of chunks(tasks, decidedAtOnce)) answers.push(...(await requestSome(some)))
      return answers
    },
    async release(taskIds, context) {
      for (const some of chunks(taskIds, readAtOnce)) await releaseSome(some, context)
    },
    async skip(tasks, context) {
      for (const some of chunks(tasks, decidedAtOnce)) {
        await decisions.handleMany(
          some.map(({ taskId, failure }) => ({ stream: taskStream(taskId), commands: [{ type: 'SkipTask', failure }], context })),
        )
      }
    },
    async cancel(taskIds, reason, context) {
      for (const some of chunks(taskIds, decidedAtOnce)) await cancelSome(some, reason, context)
    },
  }
}

export const appBannedMeanwhile: TaskFailure = { code: 'APP_BANNED', message: 'the app was banned while the task waited' }
export const agentRemoved: TaskFailure = { code: 'AGENT_REMOVED', message: 'the agent was removed while the task waited' }
