import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { nextInstants } from '@elves/core/domain/schedule/settings.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { cursorOf } from '@elves/core/read-models/paging/cursor.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { agentById } from '../agents/agent-by-id.ts'
import type { FireResolvers, ScheduleResolvers, TaskResolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { JsonText } from '../graphql/json-text/json-text.ts'
import { historyUpTo, without } from '../tasks/history.ts'
import { tasksById } from '../tasks/tasks-by-id.ts'
import { countOf } from './queries.ts'
import { scheduleById } from './schedule-by-id.ts'

export const scheduleResolvers = {
  name: ({ settings }) => settings.name,
  rule: ({ settings }) => settings.rule,
  timeZone: ({ settings }) => settings.timeZone,
  misfire: ({ settings }) => settings.misfire as never,
  misfireGraceMs: ({ settings }) => settings.misfireGraceMs,
  overlap: ({ settings }) => settings.overlap as never,
  startsAt: ({ settings }) => settings.startsAt,
  endsAt: ({ settings }) => settings.endsAt,
  agent: async ({ settings }, _args, context) => {
    const agent = await agentById(context, settings.agentId)
    return agent && { view: agent, lastSeenAt: agent.lastSeenAt }
  },
  app: ({ settings }) => settings.app,
  func: ({ settings }) => settings.func,
  param: ({ settings }) => {
    const text = inlineText(settings.param)
    return text === null ? null : new JsonText(text)
  },
  proxy: ({ settings }) => settings.proxy,
  processor: ({ settings }) => settings.processor,
  timeoutMs: ({ settings }) => settings.timeoutMs,
  startWithinMs: ({ settings }) => settings.startWithinMs,
  retry: ({ settings }) => settings.retry,
  nextFires: ({ state, settings, asOf }, { count, before }) => {
    const most = countOf(count, 5)
    return state === 'RUNNING' ? nextInstants(settings, asOf ?? Date.now(), most, before ?? undefined) : []
  },
  lastFire: async ({ id, asOf }, _args, context) => {
    await context.settled(['schedules'])
    const { edges } = await context.services.readModels.of(schedulesReadModel).fires(id, { first: 1, after: firesUpTo(asOf) })
    return edges[0]?.node ?? null
  },
  fires: async ({ id, asOf }, args, context, info) => {
    await context.settled(['schedules'])
    const { fires } = context.services.readModels.of(schedulesReadModel)
    return context.page(info, pageRequest(args, 50), (request) => fires(id, { ...request, after: request.after ?? firesUpTo(asOf) }))
  },
  history: async ({ id, version, position, settings }, args, context, info) => {
    const { readPosition, readModels } = context.services
    // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
    await readPosition.reached(position, ['event-log'])
    const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(scheduleStream(id), bounded))
    if (context.visible === null) return historyUpTo(version, page)
    // It may have been about another app or agent, which he may not see.
    const { app, agentId } = settings
    const isOther = ({ event: { data } }: RecordedEvent) => 'app' in data && 'agentId' in data && (data.app !== app || data.agentId !== agentId)
    return historyUpTo(version, without(page, isOther))
  },
} satisfies ScheduleResolvers

/** The cursor of a list of instants, the latest first, that begins at `asOf`; null: at the latest. */
function firesUpTo(asOf: number | undefined): string | null {
  return asOf === undefined ? null : cursorOf('fires', asOf + 1)
}

export const fireResolvers = {
  task: async ({ taskId }, _args, context) => {
    if (taskId === null) return null
    await context.settled(['tasks'])
    return (await tasksById(context, [taskId]))[0] ?? null
  },
} satisfies FireResolvers

export const taskScheduleResolvers = {
  schedule: async ({ view }, _args, context) => {
    if (view.scheduleId === null) return null
    await context.settled(['schedules'])
    return scheduleById(context, view.scheduleId)
  },
} satisfies TaskResolvers
