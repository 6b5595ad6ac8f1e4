import { taskStream } from '@elves/core/domain/task/task.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { TaskResolvers, TaskResultResolvers } from '../../generated/graphql.ts'
import { pageRequest } from '../arguments.ts'
import { agentParent } from './query.ts'
import { historyOf, historyUpTo } from './task-history.ts'

export const taskResolvers = {
  id: ({ view }) => view.id,
  kind: ({ view }) => view.kind,
  state: ({ view }) => view.state,
  agent: async ({ view }, _args, context) => {
    const agent = await context.agent(view.agentId)
    return agent && agentParent(agent)
  },
  agentId: ({ view }) => view.agentId,
  agentIp: ({ view }) => view.agentIp,
  app: ({ view }) => view.app,
  func: ({ view }) => view.func,
  param: ({ view }) => jsonOf(inlineText(view.param)),
  proxy: ({ view }) => view.proxy,
  processor: ({ view }) => view.processor,
  timeoutMs: ({ view }) => view.timeoutMs,
  attempt: ({ view }) => view.attempt,
  requestedAt: ({ view }) => view.requestedAt,
  dispatchedAt: ({ view }) => view.dispatchedAt,
  acknowledgedAt: ({ view }) => view.acknowledgedAt,
  startedAt: ({ view }) => view.startedAt,
  cancelRequestedAt: ({ view }) => view.cancelRequestedAt,
  endedAt: ({ view }) => view.endedAt,
  requestedBy: ({ view }) => view.requestedBy,
  result: ({ view }) => view.output,
  failure: ({ view }) => view.failure,
  correlationId: ({ view }) => view.correlationId,
  position: ({ view }) => view.position,
  history: async ({ view, events }, args, { services }) => {
    const page = pageRequest(args, 100)
    if (events) return historyOf(events, page)
    // Each projector has a checkpoint of its own: the log must not be shown behind the task.
    await services.readPosition.reached(view.position, ['event-log'])
    return historyUpTo(view.version, await services.readModels.streamEvents(taskStream(view.id), page))
  },
} satisfies TaskResolvers

export const taskResultResolvers = {
  message: ({ message }) => inlineText(message) ?? '',
} satisfies TaskResultResolvers

/** REST v2 takes a parameter byte for byte after a check that it is JSON, so it parses. */
function jsonOf(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}
