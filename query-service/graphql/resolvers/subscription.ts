import type { SubscriptionResolvers } from '../../generated/graphql.ts'
import type { Change } from '../../subscriptions/change.ts'
import { agentChangeMatches, eventMatches, taskChangeMatches } from '../../subscriptions/filters.ts'
import { filterOf } from '../arguments.ts'
import type { AgentParent, EventParent, TaskParent } from '../parents.ts'

/** Each item of a subscription's iterator is the field's value itself. */
function itself<Item>(item: Item): Item {
  return item
}

export const subscriptionResolvers = {
  taskChanged: {
    subscribe: (_root, args, { services }) => services.subscriptions.open(args.after ?? null, taskChangesOf(filterOf(args.filter))),
    resolve: itself<{ task: TaskParent; position: string }>,
  },
  agentChanged: {
    subscribe: (_root, args, { services }) => services.subscriptions.open(args.after ?? null, agentChangesOf(filterOf(args.filter))),
    resolve: itself<{ agent: AgentParent; position: string }>,
  },
  eventAppended: {
    subscribe: (_root, args, { services }) => services.subscriptions.open(args.after ?? null, eventsOf(filterOf(args.filter))),
    resolve: itself<EventParent>,
  },
} satisfies SubscriptionResolvers

function taskChangesOf(filter: Parameters<typeof taskChangeMatches>[0]) {
  const matches = taskChangeMatches(filter)
  return ({ task, recorded }: Change) => (task && matches(task) ? [{ task: { view: task.after, events: null }, position: recorded.position }] : [])
}

/** An alias that moves changes two agents at one position. */
function agentChangesOf(filter: Parameters<typeof agentChangeMatches>[0]) {
  const matches = agentChangeMatches(filter)
  return ({ agents, recorded }: Change) =>
    agents.filter(matches).map(({ after }) => ({ agent: { view: after, lastSeenAt: undefined }, position: recorded.position }))
}

function eventsOf(filter: Parameters<typeof eventMatches>[0]) {
  const matches = eventMatches(filter)
  return (change: Change) => (matches(change) ? [change.recorded] : [])
}
