import { createHash } from 'node:crypto'
import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import type { CreateScheduleRequest } from '@elves/core/command-api/create-schedule.ts'
import type { UpdateScheduleRequest } from '@elves/core/command-api/update-schedule.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { type ScheduleCommand, scheduleAggregate, scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import type { ScheduleSettings } from '@elves/core/domain/schedule/settings.ts'
import { checkIdempotencyKey } from '@elves/core/domain/task/request.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { hexIdForKey, isHexId, randomHexId } from '@elves/core/foundation/ids.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { type AgentDirectory, findAgents } from '../agents/agent-directory.ts'
import { refusedAs } from '../command-answers.ts'
import { scheduledTask } from '../scheduler/scheduled-task.ts'
import { agentUnknown } from '../tasks/task-refusals.ts'
import type { TaskRequests } from '../tasks/task-requests.ts'

export type ScheduleAnswer = CommandAnswer<'schedule'>
const refused = refusedAs('schedule')

export interface ScheduleCommandsOptions {
  readonly store: EventStore
  readonly schedules: Aggregates
  readonly agents: AgentDirectory
  readonly requests: Pick<TaskRequests, 'request'>
  /** ms since the epoch; default the clock of this process. */
  readonly now?: () => number
}

interface Named {
  readonly schedule: string
  readonly idempotencyKey: string | null
}

export interface ScheduleCommands {
  create(caller: Caller, request: CreateScheduleRequest): Promise<ScheduleAnswer>
  update(caller: Caller, request: UpdateScheduleRequest): Promise<ScheduleAnswer>
  pause(caller: Caller, request: Named): Promise<ScheduleAnswer>
  resume(caller: Caller, request: Named): Promise<ScheduleAnswer>
  remove(caller: Caller, request: Named): Promise<ScheduleAnswer>
  fire(caller: Caller, request: Named): Promise<ScheduleAnswer>
}

const scheduleUnknown = rejection('SCHEDULE_UNKNOWN', 'no schedule has this id', 'schedule')

/** Creates, changes and deletes schedules. What they do by themselves is the scheduler's. */
export function scheduleCommands({ store, schedules, agents, requests, now = Date.now }: ScheduleCommandsOptions): ScheduleCommands {
  async function handle(caller: Caller, id: string, command: ScheduleCommand): Promise<ScheduleAnswer> {
    if (!isHexId(id)) return refused(scheduleUnknown)
    const stream = scheduleStream(id)
    const { rejection: no } = await schedules.handle({ aggregate: scheduleAggregate, stream, commands: [command], context: contextOf(caller) })
    return no ? refused(no) : answer(id)
  }

  async function answer(id: string, taskId?: string): Promise<ScheduleAnswer> {
    const [own = [], ofTask = []] = await store.readStreams([scheduleStream(id), ...(taskId ? [taskStream(taskId)] : [])])
    const events = [...own, ...ofTask]
    const position = (ofTask.at(-1) ?? own.at(-1))?.position
    if (!position) throw new ElvesError('INTERNAL', 'a schedule that was just decided about has no events', { facts: { id } })
    return { scheduleId: id, events, position, refusal: null }
  }

  /** The agent must be known when the schedule is made: an id that is mistyped shall not be found out by fires that are refused. */
  async function agentIdOf(agent: string): Promise<string | null> {
    const found = (await findAgents(agents, [agent])).get(agent)
    return found?.agentId ?? null
  }

  const simple =
    (type: 'PauseSchedule' | 'ResumeSchedule' | 'DeleteSchedule') =>
    (caller: Caller, { schedule, idempotencyKey }: Named) =>
      handle(caller, schedule, { type, idempotencyKey, now: now() })

  return {
    async create(caller, { paused, idempotencyKey, param, ...request }) {
      const agentId = await agentIdOf(request.agent)
      if (agentId === null) return refused(unknownAgent(request.agent))
      const settings: ScheduleSettings = { ...request, agentId, param: param === null ? null : inlineValue(param) }
      const id = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, 'createSchedule', idempotencyKey)
      const hash = idempotencyKey === null ? null : hashOf([settings, paused])
      return handle(caller, id, { type: 'CreateSchedule', settings, isPaused: paused, idempotencyKey, requestHash: hash, now: now() })
    },
    async update(caller, { schedule, idempotencyKey, ...given }) {
      const agentId = given.agent ? await agentIdOf(given.agent) : null
      if (given.agent && agentId === null) return refused(unknownAgent(given.agent))
      const changes = { ...changesOf(given), ...(agentId === null ? {} : { agentId }) }
      return handle(caller, schedule, { type: 'ChangeSchedule', changes, idempotencyKey, now: now() })
    },
    pause: simple('PauseSchedule'),
    resume: simple('ResumeSchedule'),
    remove: simple('DeleteSchedule'),
    async fire(caller, { schedule, idempotencyKey }) {
      const badKey = checkIdempotencyKey(idempotencyKey)
      if (badKey) return refused(badKey)
      if (!isHexId(schedule)) return refused(scheduleUnknown)
      await schedules.refresh([scheduleStream(schedule)])
      const { phase, settings } = (await schedules.load(scheduleAggregate, scheduleStream(schedule))).state
      if (!settings) return refused(scheduleUnknown)
      if (phase === 'DELETED') return refused(rejection('SCHEDULE_DELETED', 'the schedule was deleted', 'schedule'))
      const taskId = idempotencyKey === null ? randomHexId() : hexIdForKey(caller.actor, `fireSchedule ${schedule}`, idempotencyKey)
      const task = scheduledTask({ taskId, scheduleId: schedule, settings, fireAt: null })
      const [refusal] = await requests.request([{ task, context: contextOf(caller), hold: false }])
      return refusal ? { scheduleId: null, events: [], position: null, refusal } : answer(schedule, taskId)
    },
  }
}

const clearable: ReadonlySet<string> = new Set(['name', 'startsAt', 'endsAt', 'param', 'proxy', 'retry'])

/** What is absent stays; null clears what can be empty, and is as good as absent elsewhere. */
function changesOf(given: Omit<UpdateScheduleRequest, 'schedule' | 'idempotencyKey'>): Partial<ScheduleSettings> {
  const named = Object.entries(given).filter(([field, value]) => value !== undefined && (value !== null || clearable.has(field)))
  const changes = Object.fromEntries(named) as Partial<ScheduleSettings>
  return typeof given.param === 'string' ? { ...changes, param: inlineValue(given.param) } : changes
}

function hashOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}

function unknownAgent(agent: string): Rejection {
  return rejection('AGENT_UNKNOWN', agentUnknown(agent).refusal?.message ?? '', 'agent')
}
