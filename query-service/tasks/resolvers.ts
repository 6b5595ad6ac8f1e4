import { taskLimits } from '@elves/core/domain/task/limits.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { isDeeperThan, isJson } from '@elves/core/foundation/json-text.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { TaskFailure, TaskOutput } from '@elves/schemas/generated/types.ts'
import { agentById } from '../agents/agent-by-id.ts'
import type { AttemptResolvers, RunTaskPayloadResolvers, TaskResolvers, TaskResultResolvers } from '../generated/graphql.ts'
import { pageRequest } from '../graphql/arguments.ts'
import type { RequestContext } from '../graphql/context.ts'
import { JsonText } from '../graphql/json-text/json-text.ts'
import { attemptsOf } from './attempts.ts'
import { historyOf, historyUpTo } from './history.ts'
import type { TaskParent } from './parents.ts'
import { tasksById } from './tasks-by-id.ts'

export const taskResolvers = {
  id: ({ view }) => view.id,
  kind: ({ view }) => view.kind,
  state: ({ view }) => view.state,
  agent: async ({ view }, _args, context) => {
    const agent = await agentById(context, view.agentId)
    return agent && { view: agent, lastSeenAt: agent.lastSeenAt }
  },
  agentId: ({ view }) => view.agentId,
  agentIp: ({ view }) => view.agentIp,
  app: ({ view }) => view.app,
  func: ({ view }) => view.func,
  param: ({ view, events }, _args, context) => {
    countOnce(context, events, view.param)
    return paramOf(inlineText(view.param))
  },
  proxy: ({ view }) => view.proxy,
  processor: ({ view }) => view.processor,
  timeoutMs: ({ view }) => view.timeoutMs,
  startWithinMs: ({ view }) => view.startWithinMs,
  retry: ({ view }) => view.retry,
  fireAt: ({ view }) => view.fireAt,
  parents: ({ view }, _args, context) => tasksById(context, view.parents),
  wait: ({ view }) => view.wait,
  guards: ({ view }) => view.guards,
  approval: ({ view }) => view.approval,
  attempt: ({ view }) => view.attempt,
  attempts: (task, _args, context) => attemptsOf(task, context),
  requestedAt: ({ view }) => view.requestedAt,
  dispatchedAt: ({ view }) => view.dispatchedAt,
  acknowledgedAt: ({ view }) => view.acknowledgedAt,
  startedAt: ({ view }) => view.startedAt,
  cancelRequestedAt: ({ view }) => view.cancelRequestedAt,
  endedAt: ({ view }) => view.endedAt,
  requestedBy: ({ view }) => view.requestedBy,
  result: ({ view, events }, _args, context) => {
    countOnce(context, events, view.output)
    return view.output
  },
  failure: ({ view }) => failureWithExit(view),
  correlationId: ({ view }) => view.correlationId,
  position: ({ view }) => view.position,
  history: async ({ view, events }, args, context, info) => {
    const { readPosition, readModels } = context.services
    const request = pageRequest(args, 100)
    if (events) return context.page(info, request, async (page) => historyOf(events, page))
    // Each projector has its own checkpoint, so this waits until the event log has the task's last event.
    await readPosition.reached(view.position, ['event-log'])
    const page = await context.page(info, request, (bounded) => readModels.streamEvents(taskStream(view.id), bounded))
    return historyUpTo(view.version, page)
  },
} satisfies TaskResolvers

export const attemptResolvers = {
  agent: async ({ agentId }, _args, context) => {
    const agent = await agentById(context, agentId)
    return agent && { view: agent, lastSeenAt: agent.lastSeenAt }
  },
  result: ({ output }) => output,
  failure: (attempt) => failureWithExit(attempt),
} satisfies AttemptResolvers

export const taskResultResolvers = {
  message: ({ message }) => inlineText(message) ?? '',
  exitCode: ({ exit }) => exit?.code ?? null,
  signal: ({ exit }) => exit?.signal ?? null,
  standardError: ({ exit }) => exit?.standardError ?? null,
  standardErrorBytes: ({ exit }) => exit?.standardErrorBytes ?? null,
} satisfies TaskResultResolvers

function failureWithExit({ failure, output }: { readonly failure: TaskFailure | null; readonly output: TaskOutput | null }) {
  return failure && { ...failure, exitCode: output?.exit?.code ?? null, signal: output?.exit?.signal ?? null }
}

/**
 * Returns the parameter as it was given. Earlier releases accepted parameters that a client's parser may not be able to
 * read: such a parameter becomes a JSON string with its text, so that no list fails because of one task.
 */
function paramOf(text: string | null): unknown {
  if (text === null) return null
  return isDeeperThan(text, taskLimits.paramDepth) || !isJson(text) ? text : new JsonText(text)
}

/** Counts a value from a mutation's events when it goes into the answer. Rows are counted when they are read. */
function countOnce(context: RequestContext, events: TaskParent['events'], value: unknown): void {
  if (events !== null) context.takeValue(value)
}

/** The tasks of a selector are read only where they are asked for: there may be 10 000. */
export const runTaskPayloadResolvers = {
  tasks: async ({ taskIds, position }, _args, context) => {
    if (taskIds === null) return null
    if (position !== null) await context.services.readPosition.reached(position, ['tasks'])
    return tasksById(context, taskIds)
  },
} satisfies RunTaskPayloadResolvers
