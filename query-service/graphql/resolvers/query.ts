import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { readModelNames } from '@elves/core/read-models/projectors.ts'
import type { AgentListing } from '@elves/core/read-models/read-models.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { QueryResolvers } from '../../generated/graphql.ts'
import { wholeStream } from '../../read-side/whole-stream.ts'
import { filterOf, pageRequest } from '../arguments.ts'
import type { AgentParent, TaskParent } from '../parents.ts'
import { mapPage } from './connections.ts'
import { platformParent } from './platform.ts'

export const queryResolvers = {
  task: async (_root, args, context) => {
    const { readModels } = context.services
    if (args.asOf === null || args.asOf === undefined) {
      await context.reached(args.notBefore, ['tasks'])
      return taskParent(await readModels.task(args.id))
    }
    await context.reached(args.notBefore, ['event-log'])
    return taskAsOf(await wholeStream(readModels, taskStream(args.id)), args.asOf)
  },
  tasks: async (_root, args, context) => {
    await context.reached(args.notBefore, ['tasks'])
    return mapPage(await context.services.readModels.tasks(filterOf(args.filter), pageRequest(args, 50)), (view) => ({ view, events: null }))
  },
  agent: async (_root, args, context) => {
    await context.reached(args.notBefore, ['agents'])
    const found = await context.services.readModels.agent(args.id)
    return found && agentParent(found)
  },
  agents: async (_root, args, context) => {
    await context.reached(args.notBefore, ['agents'])
    return mapPage(await context.services.readModels.agents(filterOf(args.filter), pageRequest(args, 50)), agentParent)
  },
  events: async (_root, args, context) => {
    await context.reached(args.notBefore, ['event-log'])
    return context.services.readModels.events(filterOf(args.filter), args.order, pageRequest(args, 100))
  },
  platform: async (_root, args, context) => {
    await context.reached(args.notBefore, readModelNames)
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
