import { type Caller, contextOf } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { TaskCommand } from '@elves/core/domain/task/commands.ts'
import { taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type { CommandSide } from '../feature.ts'
import { sendDispatched } from '../tasks/instructions.ts'
import { startTerms } from '../tasks/task-decisions.ts'
import { refusalOf, refused } from '../tasks/task-refusals.ts'
import { senderIn } from '../tasks/task-requests.ts'

export interface Approvals {
  approve(caller: Caller, taskId: string, reason: string | null): Promise<TaskAnswer>
  refuse(caller: Caller, taskId: string, reason: string | null): Promise<TaskAnswer>
}

type Side = Pick<CommandSide, 'store' | 'decisions' | 'agents' | 'appGate' | 'limits' | 'links' | 'openTasks' | 'settings' | 'denials' | 'access'>

/** Somebody's word about tasks that guards keep. Nobody approves what he asked for; to refuse it is as good as to cancel it. */
export function approvals(side: Side): Approvals {
  const { store, decisions, agents, appGate, limits, settings, denials, access } = side

  /** Who asked for a task: its sender, and who made or changed the schedule or the queue that it is of. */
  async function askersOf(history: readonly RecordedEvent[]): Promise<readonly Actor[]> {
    const [first] = history
    if (first?.event.type !== 'TaskRequested') return []
    const { scheduleId, queueId } = first.event.data
    const of = [...(scheduleId === null ? [] : [scheduleStream(scheduleId)]), ...(queueId === null ? [] : [queueStream(queueId)])]
    const makers = (await store.readStreams(of)).flat().filter(({ event }) => decidesWhat.has(event.type))
    return withMakersOfKeys([first, ...makers].map(({ context }) => context.actor))
  }

  /** An approval comes late: who asked for the task must still be allowed to. Null: he is, or is nobody who has to be asked about. */
  async function refusalOfAsker(history: readonly RecordedEvent[]): Promise<Rejection | null> {
    const [first] = history
    const sender = senderIn(history)
    if (!sender || first?.event.type !== 'TaskRequested') return null
    const { correlationId, metadata } = first.context
    const asker: Caller = { actor: { kind: sender.kind === 'USER' ? 'USER' : 'AUTH_KEY', id: sender.id, name: null }, correlationId, metadata }
    const permission = first.event.data.scheduleId === null ? 'RUN' : 'SCHEDULE'
    const no = await access.refusalOfRuns(asker, 'approveTask', permission, [first.event.data])
    return no && rejection('FORBIDDEN', `who asked for the task may not any more: ${no.message}`, 'task')
  }

  /** Who made an auth key has it. */
  async function withMakersOfKeys(actors: readonly Actor[]): Promise<readonly Actor[]> {
    if (!actors.some(({ kind }) => kind === 'AUTH_KEY')) return actors
    const { authKeys } = await access.state()
    return [...actors, ...actors.flatMap(({ kind, id }) => (kind === 'AUTH_KEY' ? (authKeys.get(id)?.createdBy ?? []) : []))]
  }

  async function approvedBy(caller: Caller, taskId: string, reason: string | null): Promise<TaskAnswer> {
    const history = await store.readStream(taskStream(taskId))
    const { agentId, app, approval, wait } = taskStateOf(history)
    if (approval !== null && areAny(await askersOf(history), await withMakersOfKeys([caller.actor]))) {
      const no = rejection('APPROVAL_OWN', 'who asked for a task can not approve it: that takes a second person', 'task')
      denials.tell(caller, { permission: 'APPROVE', command: 'approveTask', app, func: null, agentId, message: no.message, code: no.rejected })
      return refusalOf(no)
    }
    const gone = approval === null ? null : await refusalOfAsker(history)
    if (gone) return refusalOf(gone)
    const record = agentId === '' ? null : await agents.directory.find(agentId)
    const [gate] = await appGate.states([{ agentId, app }])
    const stream = taskStream(taskId)
    const isHeld = wait?.reason !== 'APPROVAL'
    const [isTurn = true] = isHeld ? [] : await limits.turns([{ stream, agentId, app, sender: senderIn(history) }])
    const terms = startTerms(record ?? { phase: 'OFFLINE', journalId: null }, settings, gate !== 'OPEN', !isTurn)
    const answer = await decided(caller, taskId, history, { type: 'ApproveTask', reason, ...terms })
    if (!isHeld && !(await wasDispatched(stream, answer))) limits.notStarted(stream)
    return answer
  }

  /** Another one may have approved it meanwhile, and a fast agent may have got far with it: then it runs, whoever is answered last. */
  async function wasDispatched(stream: string, { events }: TaskAnswer): Promise<boolean> {
    const all = events.length > 0 ? events : await store.readStream(stream)
    return all.some(({ event }) => event.type === 'TaskDispatched')
  }

  async function decided(caller: Caller, taskId: string, history: readonly RecordedEvent[], command: TaskCommand): Promise<TaskAnswer> {
    const stream = taskStream(taskId)
    decisions.adopt(stream, history)
    const [handled] = await decisions.handleMany([{ stream, commands: [command], context: contextOf(caller) }])
    if (handled?.rejection) return refusalOf(handled.rejection)
    const events = await store.readStream(stream)
    const last = events.at(-1)
    if (!last) return refused('TASK_UNKNOWN', 'no task has this id', 'task')
    if (handled && handled.recorded.length > 0) sendDispatched(taskId, [...history, ...handled.recorded], side)
    return { taskId, events, position: last.position, refusal: null }
  }

  return {
    async approve(caller, taskId, reason) {
      return isHexId(taskId) ? approvedBy(caller, taskId, reason) : refused('TASK_UNKNOWN', 'no task has this id', 'task')
    },
    async refuse(caller, taskId, reason) {
      if (!isHexId(taskId)) return refused('TASK_UNKNOWN', 'no task has this id', 'task')
      return decided(caller, taskId, await store.readStream(taskStream(taskId)), { type: 'RefuseTask', reason })
    },
  }
}

function areAny(some: readonly Actor[], others: readonly Actor[]): boolean {
  return some.some(({ kind, id }) => others.some((other) => other.kind === kind && other.id === id))
}

/** Events that say what a schedule or a queue runs. */
const decidesWhat: ReadonlySet<string> = new Set(['ScheduleCreated', 'ScheduleChanged', 'ScheduleResumed', 'QueueCreated', 'QueueTasksAdded'])
