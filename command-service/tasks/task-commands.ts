import type { CancelTaskRequest } from '@elves/core/command-api/cancel-task.ts'
import { type Caller, contextOf, type InputOf, requestOf } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { type RunTaskRequest, requestHash, runTask } from '@elves/core/command-api/run-task.ts'
import { waitsForApproval } from '@elves/core/domain/task/approval.ts'
import type { RequestTask } from '@elves/core/domain/task/commands.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { hasEnded, isEnd } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { gatheredReads } from '@elves/core/eventing/gathered-reads.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { type AgentDirectory, type AgentRecord, findAgents } from '../agents/agent-directory.ts'
import { type AppGate, comingApps } from '../apps/app-gate.ts'
import type { AppRules } from '../apps/app-rules.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { LimitVerdict, TaskLimiting } from '../task-limits/task-limits.ts'
import { cancelInstruction, dispatchOf, runInstruction } from './instructions.ts'
import { type EndWait, type OpenTasks, shuttingDown, taskStory } from './open-tasks.ts'
import { secretRefusals } from './secret-rules.ts'
import type { TaskDecisions, TaskHandle, TaskHandled } from './task-decisions.ts'
import { type StartTimes, startTerms } from './task-decisions.ts'
import { agentOffline, agentUnknown, refusalOf, refused } from './task-refusals.ts'

export interface TaskCommandsOptions extends StartTimes {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly openTasks: OpenTasks
  readonly agents: AgentDirectory
  readonly links: Pick<AgentLinks, 'send'>
  readonly appRules: Pick<AppRules, 'refusals'>
  /** Of secrets. */
  readonly aggregates: Pick<Aggregates, 'load'>
  readonly appGate: Pick<AppGate, 'states'>
  readonly limits: TaskLimiting
}

export interface TaskCommands {
  cancelTask(caller: Caller, request: CancelTaskRequest): Promise<TaskAnswer>
  /** Position of the last event, or of the point before the first. */
  head(): Promise<Position>
  /**
   * Checks the requests and fills in their defaults: nobody on the way has to. `waitMs` bounds the wait for the end; after it, the
   * answer has the task as of that moment.
   */
  runTasks(caller: Caller, inputs: readonly InputOf<typeof runTask>[], waitMs?: number): Promise<readonly TaskAnswer[]>
  /** Answers with all events of the task when it has ended, or after `timeoutMs`. TASK_UNKNOWN is a refusal. */
  waitForTask(taskId: string, timeoutMs: number): Promise<TaskAnswer>
  /** Refuses every further command with SHUTTING_DOWN. */
  close(): void
}

const unbounded = Number.POSITIVE_INFINITY

/** A request whose agent is there. */
interface Placed {
  readonly request: RunTaskRequest
  readonly agent: AgentRecord
  readonly taskId: string
}

/** A request that needs a decision, with its handle. */
interface Asked {
  readonly request: RunTaskRequest
  readonly taskId: string
  readonly handle: TaskHandle
}

/** Runs and cancels tasks: decides, appends, and hands the instruction to the agent's link as soon as its event is durable. */
export function taskCommands(options: TaskCommandsOptions): TaskCommands {
  const { store, decisions, openTasks, agents, links, appRules, aggregates, appGate, limits, now = Date.now } = options
  const read = gatheredReads(store)
  let isClosed = false

  function checkOpen(): void {
    if (isClosed) throw shuttingDown()
  }

  async function runTasks(caller: Caller, inputs: readonly InputOf<typeof runTask>[], waitMs = unbounded): Promise<readonly TaskAnswer[]> {
    checkOpen()
    if (inputs.length > taskLimits.tasksAtOnce) {
      throw new ElvesError('TOO_MANY_TASKS', `${inputs.length} tasks in one call, at most ${taskLimits.tasksAtOnce} are allowed`)
    }
    const requests = inputs.map((input) => requestOf(runTask, input))
    // Read again before a refusal, because another instance may have connected the agent a moment ago.
    const names = requests.map(({ agent }) => agent)
    const records = await findAgents(agents, names, ({ phase }) => phase === 'CONNECTED')
    const refusals = await appRules.refusals(requests)
    const secretsMissing = await secretRefusals(aggregates, requests)
    const coming = await comingApps(
      appGate,
      requests.flatMap((request) => {
        const agent = records.get(request.agent)
        return agent && request.startWithinMs > 0 ? [{ key: request, agentId: agent.agentId, app: request.app }] : []
      }),
    )
    checkOpen()
    const context = contextOf(caller)
    const placed = requests.map((request, index): Placed | Promise<TaskAnswer> => {
      const agent = records.get(request.agent) ?? null
      const refusal = refusals[index] ?? secretsMissing[index]
      if (refusal) return handledLater(notTaken(caller, request, agent, waitMs, refusalOf(refusal)))
      if (!agent || (agent.phase !== 'CONNECTED' && request.startWithinMs === 0))
        return handledLater(notTaken(caller, request, agent, waitMs, agent ? agentOffline(request.agent) : agentUnknown(request.agent)))
      return { request, agent, taskId: taskIdOf(caller, request) }
    })
    const verdicts = await verdictsOn(caller, placed, coming)
    checkOpen()
    const newIds = new Set<string>()
    const prepared = placed.map((one): Asked | Promise<TaskAnswer> => {
      if (one instanceof Promise) return one
      const { request, agent, taskId } = one
      const verdict = verdicts.get(one)
      if (verdict?.refusal) return handledLater(notTaken(caller, request, agent, waitMs, refusalOf(verdict.refusal)))
      const command = runCommand(agent, request, coming.has(request), verdict)
      const handle = { stream: taskStream(taskId), commands: [command], context, isNew: !newIds.has(taskId) }
      newIds.add(taskId)
      return { request, taskId, handle }
    })
    const asked = prepared.filter((one): one is Asked => !(one instanceof Promise))
    const waits = beginWaits(asked)
    const handled = asked.length === 0 ? [] : await orForget(waits, decidedOn(asked))
    // Sends all instructions before it waits for the first answer.
    const answers = asked.map((one, index) => dispatched(one, handled[index] as TaskHandled, waits[index] ?? null, waitMs))
    let next = 0
    return Promise.all(prepared.map((one) => (one instanceof Promise ? one : (answers[next++] as Promise<TaskAnswer> | TaskAnswer))))
  }

  /** Decides, and takes back what was counted for tasks that are not there. */
  async function decidedOn(asked: readonly Asked[]): Promise<readonly TaskHandled[]> {
    let isDone = false
    try {
      const handled = await decisions.handleMany(asked.map(({ handle }) => handle))
      isDone = true
      for (const [index, { recorded }] of handled.entries()) if (recorded.length === 0) limits.undo(asked[index]?.handle.stream ?? '')
      return handled
    } finally {
      if (!isDone) for (const { handle } of asked) limits.undo(handle.stream)
    }
  }

  async function verdictsOn(
    caller: Caller,
    placed: readonly (Placed | Promise<TaskAnswer>)[],
    coming: ReadonlySet<RunTaskRequest>,
  ): Promise<ReadonlyMap<Placed, LimitVerdict>> {
    const asked = placed.filter((one): one is Placed => !(one instanceof Promise))
    const verdicts = await limits.verdicts(
      asked.map(({ request, agent, taskId }) => {
        const { app, func, param, startWithinMs } = request
        const isStarting = agent.phase === 'CONNECTED' && !coming.has(request)
        const call = { app, func, param, agentId: agent.agentId, stream: taskStream(taskId), context: caller, isStarting }
        return { ...call, mayWait: startWithinMs > 0, isImpatient: caller.actor.kind === 'AUTH_KEY' }
      }),
    )
    return new Map(asked.map((one, index) => [one, verdicts[index] as LimitVerdict]))
  }

  /**
   * Begins the waits before the append. If the append answers late (a lost connection, a large batch), a hello or a resend can have
   * the task run meanwhile, and its end must not be missed.
   */
  function beginWaits(asked: readonly Asked[]): readonly (EndWait | null)[] {
    const waits: (EndWait | null)[] = []
    try {
      for (const { request, handle } of asked) waits.push(request.wait ? openTasks.waitForEnd(handle.stream) : null)
    } catch (error) {
      for (const wait of waits) wait?.forget()
      throw error
    }
    for (const wait of waits) if (wait) handledLater(wait.ended)
    return waits
  }

  function runCommand(agent: AgentRecord, request: RunTaskRequest, isAppComing: boolean, verdict: LimitVerdict | undefined): RequestTask {
    const { agent: _name, wait: _wait, ...asked } = request
    return {
      ...noTaskOptions,
      ...asked,
      type: 'RequestTask',
      kind: 'INSTANT',
      agentId: agent.agentId,
      agentIp: agent.ip,
      isHeld: false,
      requestHash: request.idempotencyKey === null ? null : requestHash(agent.agentId, request),
      guards: verdict?.guards ?? [],
      ...startTerms(agent, options, isAppComing, verdict?.isFull),
    }
  }

  /** Called after the append: sends the instruction, and answers now or at the end of the task. */
  function dispatched(
    { request, taskId, handle }: Asked,
    { recorded, rejection }: TaskHandled,
    wait: EndWait | null,
    waitMs: number,
  ): Promise<TaskAnswer> | TaskAnswer {
    const dispatch = dispatchOf(recorded)
    const story = taskStory(recorded)
    if (recorded.length === 0) wait?.forget()
    if (rejection) return refusalOf(rejection)
    if (!story) return existing(taskId, request.wait ? waitMs : 0)
    const { stream } = handle
    if (waitsForApproval(recorded)) {
      // Nobody knows when that comes: the answer has the task as it waits.
      wait?.forget()
      return answerOf(taskId, recorded)
    }
    // It waits for its agent, or its turn.
    if (!dispatch) return wait ? answerAtEnd(taskId, stream, wait, waitMs) : answerOf(taskId, recorded)
    if (!wait?.isOver) openTasks.add(stream, { context: dispatch.context, dispatchId: recorded.at(-1)?.id ?? '', story }, wait ? recorded : null)
    const ended = wait ? answerAtEnd(taskId, stream, wait, waitMs) : answerOf(taskId, recorded)
    // `send` returns false if no link is here or it is congested: the deadlines send again what stays unacknowledged.
    links.send(dispatch.dispatched.agentId, runInstruction(taskId, dispatch), recorded)
    return ended
  }

  async function answerAtEnd(taskId: string, stream: string, wait: EndWait, waitMs: number): Promise<TaskAnswer> {
    try {
      const events = await orTimeout(wait.ended, waitMs)
      return answerOf(taskId, events ?? (await read(stream)))
    } finally {
      wait.forget()
    }
  }

  /** Answers with the task that an earlier request with the same key made. */
  async function existing(taskId: string, waitMs: number): Promise<TaskAnswer> {
    return waitMs === 0 ? answerOf(taskId, await read(taskStream(taskId))) : waitForTask(taskId, waitMs)
  }

  async function waitForTask(taskId: string, timeoutMs: number): Promise<TaskAnswer> {
    checkOpen()
    if (!isHexId(taskId)) return refused('TASK_UNKNOWN', 'no task has this id', 'id')
    const stream = taskStream(taskId)
    // The wait begins before the read, so that an end between the two is not missed.
    const wait = openTasks.waitForEnd(stream)
    handledLater(wait.ended)
    try {
      const events = await read(stream)
      if (events.length === 0) return refused('TASK_UNKNOWN', 'no task has this id', 'id')
      if (hasEndIn(events) || waitsForApproval(events)) return answerOf(taskId, events)
      const ended = await orTimeout(wait.ended, timeoutMs)
      return answerOf(taskId, ended ?? (await read(stream)))
    } finally {
      wait.forget()
    }
  }

  /** Answers a request that can not be taken now. A repeated request gets its task nevertheless. */
  async function notTaken(
    caller: Caller,
    request: RunTaskRequest,
    agent: AgentRecord | null,
    waitMs: number,
    refusal: TaskAnswer,
  ): Promise<TaskAnswer> {
    const { idempotencyKey, wait } = request
    if (idempotencyKey !== null) {
      const taskId = taskIdOf(caller, request)
      const { state } = await decisions.load(taskStream(taskId))
      const isSame = state.requestHash !== null && state.requestHash === requestHash(agent?.agentId ?? state.agentId, request)
      if (isSame) return existing(taskId, wait ? waitMs : 0)
    }
    return refusal
  }

  async function cancelTask(caller: Caller, { id, reason, idempotencyKey }: CancelTaskRequest): Promise<TaskAnswer> {
    checkOpen()
    if (!isHexId(id)) return refused('TASK_UNKNOWN', 'no task has this id', 'id')
    const stream = taskStream(id)
    const [handled] = await decisions.handleMany([
      { stream, commands: [{ type: 'CancelTask', reason, idempotencyKey, now: now() }], context: contextOf(caller) },
    ])
    const { state, rejection } = handled as TaskHandled
    if (rejection) return refusalOf(rejection)
    // A repeated request sends the cancel again, because the first one may have found no link.
    if (!hasEnded(state.phase)) {
      links.send(state.agentId, cancelInstruction(id, state.attempt, state.cancelReason, caller.correlationId))
    }
    return answerOf(id, await read(stream))
  }

  return {
    runTasks,
    cancelTask,
    head: () => store.head(),
    waitForTask,
    close() {
      isClosed = true
    },
  }
}

function taskIdOf({ actor }: Caller, { idempotencyKey }: RunTaskRequest): string {
  return idempotencyKey === null ? randomHexId() : hexIdForKey(actor, 'runTask', idempotencyKey)
}

/** Gives the waits up if nothing could be written. */
async function orForget<T>(waits: readonly (EndWait | null)[], promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    for (const wait of waits) wait?.forget()
    throw error
  }
}

/** Marks the promise as handled, because it may reject before it is awaited. */
function handledLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

function hasEndIn(events: readonly RecordedEvent[]): boolean {
  return events.some(({ event }) => isEnd(event.type))
}

/** Returns null after `timeoutMs`. Without a bound it returns what the promise gives, which may be null too. */
async function orTimeout<T>(promise: Promise<T | null>, timeoutMs: number): Promise<T | null> {
  if (timeoutMs === unbounded) return promise
  return within(timeoutMs, promise, null)
}

/** Returns the answer with a task's events and the position of the last one. */
function answerOf(taskId: string, events: readonly RecordedEvent[]): TaskAnswer {
  const last = events.at(-1)
  if (!last) throw new ElvesError('INTERNAL', 'a task that was just decided about has no events', { facts: { taskId } })
  return { taskId, events, position: last.position, refusal: null }
}
