import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { TaskCommand } from '@elves/core/domain/task/commands.ts'
import { taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { forReadable } from '@elves/core/eventing/for-readable.ts'
import { type Duty, fulfil, rowsAtOnce } from '@elves/core/eventing/process-managers/duty.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { WakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import type { TaskFailure } from '@elves/schemas/generated/types.ts'
import type { AppGate } from '../apps/app-gate.ts'
import type { TaskLimiting } from '../task-limits/task-limits.ts'
import { type SendOptions, sendDispatched } from '../tasks/instructions.ts'
import { systemContext } from '../tasks/system-context.ts'
import type { TaskDecisions } from '../tasks/task-decisions.ts'
import { type StartTimes, startTerms } from '../tasks/task-decisions.ts'
import { agentRemoved, appBannedMeanwhile, senderIn } from '../tasks/task-requests.ts'
import type { WaitingAgents } from './waiting-agents.ts'
import type { WaitingRow, WaitingTasks } from './waiting-tasks-table.ts'

export interface WaitingTasksOptions extends SendOptions, StartTimes {
  readonly store: Pick<EventStore, 'readStreams'>
  readonly decisions: TaskDecisions
  /** Decides about agents and their links. */
  readonly aggregates: Aggregates
  readonly waiting: WaitingTasks
  /** Whether the app of a task is there. */
  readonly appGate: Pick<AppGate, 'states'>
  readonly limits: Pick<TaskLimiting, 'turns' | 'notStarted' | 'stillFree'>
  /** Resolves when the table has all that is in the log as of now. */
  readonly caughtUp: () => Promise<void>
  /** The agents whose tasks are to be looked at, as the log tells. */
  readonly news: WaitingAgents
  readonly wakeUp: WakeUpCall
  /** How often to look where nothing wakes it; default 5 s. */
  readonly pollMs?: number
  /** How long agents have to come back after a break before the next attempt of a task is skipped. */
  readonly graceMs: number
}

const waitingTasksName = 'waiting-tasks'
const defaultPollMs = 5_000
const agentsAtOnce = 1_000

/**
 * The process manager of tasks that wait for their agent or their next attempt. It sleeps until an event of the log concerns what
 * waits, a delay is over, or a time runs out. Which task is dispatched or skipped the streams decide.
 */
export function waitingTasks(options: WaitingTasksOptions): ProcessManager {
  const { waiting, caughtUp, news, wakeUp, pollMs = defaultPollMs, graceMs } = options
  return {
    name: waitingTasksName,
    intervalMs: pollMs,
    wakeUp,
    clockMoved: (byMs) => waiting.clockMoved(byMs),
    async act({ clock, isAfterBreak, listenedMs }) {
      const { agentIds, areNewTasks, turns } = news.take()
      if (areNewTasks || isAfterBreak || turns.length > 0) await caughtUp()
      const delayed = await waiting.delaysOver(clock.ms)
      const concerned = isAfterBreak || agentIds === 'ALL' ? await waiting.agents() : [...new Set([...agentIds, ...delayed])]
      for (const all of chunks(concerned, agentsAtOnce)) await forReadable(all, (some) => lookAtAgents(options, some, clock.ms))
      await forReadable(turns, (some) => giveTurns(options, some))
      if (await skipExpired(options, clock.ms, listenedMs >= graceMs)) return true
      const next = await waiting.nextAfter(clock.ms)
      return next === null ? false : Math.max(1, next - clock.ms)
    },
  }
}

/** What is known of an agent that tasks wait for; null: it was removed. */
type Journal = { readonly journalId: string } | null

/** Dispatches what waits for those of the agents that are connected, and skips what waits for those that were removed. */
async function lookAtAgents(options: WaitingTasksOptions, agentIds: readonly string[], atMs: number): Promise<void> {
  const links = await options.aggregates.loadMany(agentLinkAggregate, agentIds.map(agentLinkStream))
  const journals = new Map<string, Journal>()
  for (const [index, { state }] of links.entries()) {
    const agentId = agentIds[index] ?? ''
    if (state.phase === 'CONNECTED') journals.set(agentId, { journalId: state.journalId ?? '' })
    if (state.phase === 'REMOVED') journals.set(agentId, null)
  }
  if (journals.size === 0) return
  let last = ''
  const duty: Duty<WaitingRow, Decided> = {
    due: (limit) => options.waiting.ofAgents([...journals.keys()], last, atMs, limit),
    streamOf: ({ taskId }) => taskStream(taskId),
    decide(row, history) {
      last = row.taskId > last ? row.taskId : last
      return decided(row, history, commandFor(row, journals.get(row.agentId) ?? null, options))
    },
    act: async (all) => carryOut(options, await inTurn(options, await throughGate(options, all))),
  }
  while ((await fulfil(duty, options.store)) === rowsAtOnce);
}

/** Tasks of which the histories are read at once: seldom can more have their turn. */
const turnsAtOnce = 20

/** Dispatches tasks that waited for their turn, in their order. Where one is full, those behind it that count for others have theirs. */
async function giveTurns(options: WaitingTasksOptions, taskIds: readonly string[]): Promise<void> {
  const rows = await options.waiting.ofTasks(taskIds)
  const agentIds = [...new Set(rows.map(({ agentId }) => agentId))]
  const links = await options.aggregates.loadMany(agentLinkAggregate, agentIds.map(agentLinkStream))
  const journals = new Map(agentIds.map((agentId, index) => [agentId, links[index]?.state]))
  const there = rows.filter(({ agentId }) => journals.get(agentId)?.phase === 'CONNECTED')
  for (let left = there; left.length > 0; ) {
    const some = left.slice(0, turnsAtOnce)
    left = left.slice(turnsAtOnce)
    const histories = await options.store.readStreams(some.map(({ taskId }) => taskStream(taskId)))
    const all = some.flatMap((row, index) => {
      const journal = { journalId: journals.get(row.agentId)?.journalId ?? '' }
      return decided(row, histories[index] ?? [], commandFor(row, journal, options)) ?? []
    })
    const passed = await throughGate(options, all)
    const starting = await inTurn(options, passed)
    await carryOut(options, starting)
    if (starting.length === passed.length) continue
    // What is full now is not read in vain.
    const free = new Set(await options.limits.stillFree(left.map(({ taskId }) => taskStream(taskId))))
    left = left.filter(({ taskId }) => free.has(taskStream(taskId)))
  }
}

/** Leaves out what waits for its app, and skips what waits for a banned one. */
async function throughGate({ appGate }: WaitingTasksOptions, all: readonly Decided[]): Promise<readonly Decided[]> {
  const gates = await appGate.states(all.map(({ history }) => taskStateOf(history)))
  return all.flatMap((one, index) => {
    if (gates[index] === 'COMING' && one.command.type === 'DispatchTask') return []
    if (gates[index] !== 'BANNED' || one.command.type !== 'DispatchTask') return [one]
    return [{ ...one, command: { type: 'SkipTask', attempt: one.command.attempt, failure: appBannedMeanwhile } as const }]
  })
}

/** Leaves out what waits for its turn. */
async function inTurn({ limits }: WaitingTasksOptions, all: readonly Decided[]): Promise<readonly Decided[]> {
  const starting = all.filter(({ command }) => command.type === 'DispatchTask')
  const turns = await limits.turns(
    starting.map(({ taskId, history }) => {
      const { agentId, app } = taskStateOf(history)
      return { stream: taskStream(taskId), agentId, app, sender: senderIn(history) }
    }),
  )
  const left = new Set(starting.filter((_, index) => turns[index] === false))
  return all.filter((one) => !left.has(one))
}

function commandFor({ attempt }: WaitingRow, journal: Journal, options: WaitingTasksOptions): TaskCommand {
  if (!journal) return { type: 'SkipTask', attempt, failure: agentRemoved }
  return { type: 'DispatchTask', attempt, ...startTerms({ phase: 'CONNECTED', ...journal }, options) }
}

/** Resolves with true if there may be more. */
async function skipExpired(options: WaitingTasksOptions, atMs: number, withRetries: boolean): Promise<boolean> {
  const { waiting, caughtUp, store } = options
  const duty: Duty<WaitingRow, Decided> = {
    due: (limit) => waiting.expired(atMs, withRetries, limit),
    streamOf: ({ taskId }) => taskStream(taskId),
    decide: (row, history) => decided(row, history, { type: 'SkipTask', attempt: row.attempt, failure: expiry(row, history) }),
    act: (all) => carryOut(options, all),
  }
  const count = await fulfil(duty, store)
  // So that the same rows do not come again.
  if (count > 0) await caughtUp()
  return count === rowsAtOnce
}

function expiry({ attempt }: WaitingRow, history: readonly RecordedEvent[]): TaskFailure {
  const reason = taskStateOf(history).wait?.reason
  if (reason === 'APPROVAL') return { code: 'APPROVAL_EXPIRED', message: 'nobody approved the task in time, so it was not started' }
  if (reason === 'LIMIT')
    return { code: 'START_EXPIRED', message: 'as many tasks as may ran all the time that the task could wait, so it was not started' }
  const what = attempt === 1 ? 'the task' : `attempt ${attempt}`
  return { code: 'START_EXPIRED', message: `the agent was not connected in time, or did not have the app, so ${what} was not started` }
}

/** A command about a task that waits, with its history. */
interface Decided {
  readonly taskId: string
  readonly history: readonly RecordedEvent[]
  readonly command: TaskCommand
}

/** Returns null if the task does not wait for this attempt any more: the table is behind its stream. */
function decided({ taskId, attempt }: WaitingRow, history: readonly RecordedEvent[], command: TaskCommand): Decided | null {
  const { phase, wait } = taskStateOf(history)
  // Only who may approve it ends such a wait, or its time.
  if (wait?.reason === 'APPROVAL' && command.type === 'DispatchTask') return null
  return phase === 'WAITING' && wait?.attempt === attempt ? { taskId, history, command } : null
}

async function carryOut(options: WaitingTasksOptions, all: readonly Decided[]): Promise<void> {
  if (all.length === 0) return
  const { decisions } = options
  for (const { taskId, history } of all) decisions.adopt(taskStream(taskId), history)
  const handled = await decisions.handleMany(
    all.map(({ taskId, history, command }) => ({
      stream: taskStream(taskId),
      commands: [command],
      context: systemContext(waitingTasksName, history),
    })),
  )
  for (const [index, { taskId, history }] of all.entries()) {
    const recorded: readonly RecordedEvent[] = handled[index]?.recorded ?? []
    if (recorded.length > 0) sendDispatched(taskId, [...history, ...recorded], options)
    if (recorded.at(-1)?.event.type !== 'TaskDispatched') options.limits.notStarted(taskStream(taskId))
  }
}
