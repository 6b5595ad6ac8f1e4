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
import { senderOf } from '../task-limits/limited-by.ts'
import type { LimitVerdict, TaskLimiting } from '../task-limits/task-limits.ts'
import { cancelInstruction, type SendOptions, sendDispatched } from './instructions.ts'
import type { TaskDecisions, TaskHandle, TaskHandled } from './task-decisions.ts'
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
   * Requests tasks, each decided by itself: it is dispatched at once, waits for its agent up to `startWithinMs`, or is held. Where a limit or
   * a guard refuses one that is to be held, none of these is requested. Returns a refusal or null for each, in order: AGENT_UNKNOWN, AGENT_OFFLINE, and those of invalid fields.
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
  readonly limits: TaskLimiting
}

interface Prepared extends TaskAsked {
  /** Null: there is none. */
  readonly agent: AgentRecord | null
  readonly refusal: Rejection | null
}

/** Tasks of one append. */
const decidedAtOnce = 1_000
/** Tasks whose histories are in memory at once; a parameter may have 64 KiB. */
const readAtOnce = 250

export function taskRequests(options: TaskRequestsOptions): TaskRequests {
  const { store, decisions, agents, links, appRules, appGate, limits, now = Date.now } = options

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
    const verdicts = await verdictsOn(prepared, coming)
    const handled = await decidedOn(
      prepared.flatMap((one) => {
        const verdict = verdicts.get(one)
        const { task, context, hold, agent } = one
        if (!agent || !verdict || verdict.refusal) return []
        const command = requestOf(task, agent, hold, coming.has(task), verdict)
        return [{ stream: taskStream(task.taskId), commands: [command], context, isNew: true }]
      }),
    )
    let next = 0
    return prepared.map((one) => {
      const { task, agent } = one
      const refusal = one.refusal ?? verdicts.get(one)?.refusal
      if (refusal) return { code: refusal.rejected, message: refusal.message, field: refusal.field ?? null }
      if (!agent) return agentUnknown(task.agent).refusal
      if (!verdicts.has(one)) return null
      const { recorded = [], rejection = null } = handled[next++] ?? {}
      if (rejection) return { code: rejection.rejected, message: rejection.message, field: rejection.field ?? null }
      sendDispatched(task.taskId, recorded, options)
      return null
    })
  }

  async function verdictsOn(prepared: readonly Prepared[], coming: ReadonlySet<NewTask>): Promise<ReadonlyMap<Prepared, LimitVerdict>> {
    const asked = prepared.filter(({ agent, refusal }) => agent && !refusal)
    const found = await limits.verdicts(
      asked.map(({ task, context, hold, agent }) => {
        const { app, func, param, startWithinMs, taskId } = task
        const isStarting = !hold && agent?.phase === 'CONNECTED' && !coming.has(task)
        const call = { app, func, param, agentId: agent?.agentId ?? '', stream: taskStream(taskId), context, isStarting }
        return { ...call, mayWait: startWithinMs > 0, isImpatient: false }
      }),
    )
    const verdicts = new Map<Prepared, LimitVerdict>()
    for (const [index, one] of asked.entries()) {
      const verdict = found[index] as LimitVerdict
      // A task that was taken before, when it could be, is there.
      const isThere = verdict.refusal !== null && (await decisions.load(taskStream(one.task.taskId))).state.phase !== 'NONE'
      verdicts.set(one, isThere ? { ...verdict, refusal: null } : verdict)
    }
    // The tasks that a queue is given in one call are there all, or none of them.
    const held = asked.filter(({ hold }) => hold)
    if (held.every((one) => verdicts.get(one)?.refusal === null)) return verdicts
    for (const one of held) {
      if (verdicts.get(one)?.refusal !== null) continue
      limits.undo(taskStream(one.task.taskId))
      verdicts.delete(one)
    }
    return verdicts
  }

  /** Decides, and takes back what was counted for tasks that are not there. */
  async function decidedOn(handles: readonly TaskHandle[]): Promise<readonly TaskHandled[]> {
    let isDone = false
    try {
      const handled = await decisions.handleMany(handles)
      isDone = true
      for (const [index, { recorded }] of handled.entries()) if (recorded.length === 0) limits.undo(handles[index]?.stream ?? '')
      return handled
    } finally {
      if (!isDone) for (const { stream } of handles) limits.undo(stream)
    }
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

  function requestOf(
    { taskId: _id, agent: _name, ...task }: NewTask,
    agent: AgentRecord,
    isHeld: boolean,
    isAppComing: boolean,
    { guards, isFull }: LimitVerdict,
  ): RequestTask {
    const terms = startTerms(agent, options, isAppComing, isFull)
    return { type: 'RequestTask', ...task, agentId: agent.agentId, agentIp: agent.ip, isHeld, guards, ...terms }
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
    const turns = await limits.turns(held.map(({ taskId, events, ...one }) => ({ ...one, stream: taskStream(taskId), sender: senderIn(events) })))
    for (const { taskId, events } of held) decisions.adopt(taskStream(taskId), events)
    const handled = await decisions.handleMany(
      held.map((one, index) => {
        const command = releaseOf(records.get(one.agentId) ?? null, gates[index] ?? 'OPEN', one.startWithinMs > 0, turns[index] === false)
        return { stream: taskStream(one.taskId), commands: [command], context }
      }),
    )
    for (const [index, { taskId, events }] of held.entries()) {
      const recorded: readonly RecordedEvent[] = handled[index]?.recorded ?? []
      if (recorded.length > 0) sendDispatched(taskId, [...events, ...recorded], options)
      if (recorded.at(-1)?.event.type !== 'TaskDispatched') limits.notStarted(taskStream(taskId))
    }
  }

  function releaseOf(agent: AgentRecord | null, gate: AppGateState, mayWait: boolean, isFull: boolean): TaskCommand {
    if (!agent) return { type: 'SkipTask', failure: agentRemoved }
    if (gate === 'BANNED') return { type: 'SkipTask', failure: appBannedMeanwhile }
    return { type: 'ReleaseTask', ...startTerms(agent, options, mayWait && gate === 'COMING', isFull) }
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

/** Returns for whom a task was asked, by its events. */
export function senderIn(events: readonly RecordedEvent[]): ReturnType<typeof senderOf> {
  const [first] = events
  return first ? senderOf(first.context) : null
}

export const appBannedMeanwhile: TaskFailure = { code: 'APP_BANNED', message: 'the app was banned while the task waited' }
export const agentRemoved: TaskFailure = { code: 'AGENT_REMOVED', message: 'the agent was removed while the task waited' }
