import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { AgentListing } from '@elves/core/read-models/read-models.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { QueryResolvers } from '../../generated/graphql.ts'
import { wholeStream } from '../../read-side/whole-stream.ts'
import { filterOf, pageRequest } from '../arguments.ts'
import type { RequestContext } from '../context.ts'
import type { AgentParent, TaskParent } from '../parents.ts'
import { mapPage } from './connections.ts'
import { platformParent } from './platform.ts'

type NotBefore = { readonly notBefore?: string | null }

/** Read your own writes: answers no earlier than the read models have got to `notBefore`. */
async function awaitPosition({ notBefore }: NotBefore, { services }: RequestContext): Promise<void> {
  if (notBefore !== null && notBefore !== undefined) await services.readPosition.reached(notBefore)
}

export const queryResolvers = {
  task: async (_root, args, context) => {
    await awaitPosition(args, context)
    const { readModels } = context.services
    if (args.asOf === null || args.asOf === undefined) return taskParent(await readModels.task(args.id))
    return taskAsOf(await wholeStream(readModels, taskStream(args.id)), args.asOf)
  },
  tasks: async (_root, args, context) => {
    await awaitPosition(args, context)
    return mapPage(await context.services.readModels.tasks(filterOf(args.filter), pageRequest(args, 50)), (view) => ({ view, events: null }))
  },
  agent: async (_root, args, context) => {
    await awaitPosition(args, context)
    const found = await context.services.readModels.agent(args.id)
    return found && agentParent(found)
  },
  agents: async (_root, args, context) => {
    await awaitPosition(args, context)
    return mapPage(await context.services.readModels.agents(filterOf(args.filter), pageRequest(args, 50)), agentParent)
  },
  events: async (_root, args, context) => {
    await awaitPosition(args, context)
    return context.services.readModels.events(filterOf(args.filter), args.order, pageRequest(args, 100))
  },
  platform: async (_root, args, context) => {
    await awaitPosition(args, context)
    return platformParent(context.services)
  },
} satisfies QueryResolvers

export function agentParent(agent: AgentListing): AgentParent {
  return { view: agent, lastSeenAt: agent.lastSeenAt }
}

function taskParent(view: TaskView | null): TaskParent | null {
  return view && { view, events: null }
}

/** `recordedAt` never decreases within a stream, so what had happened by then is a prefix. */
function taskAsOf(events: readonly RecordedEvent[], asOf: number): TaskParent | null {
  const then = events.filter((event) => taskAggregate.isEvent(event)).filter(({ recordedAt }) => recordedAt <= asOf)
  const view = foldTaskView(then)
  return view && { view, events: null }
}
