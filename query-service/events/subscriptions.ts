import { agentAggregates } from '@elves/core/domain/agent-events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { SubscriptionResolvers } from '../generated/graphql.ts'
import { filterOf } from '../graphql/arguments.ts'
import type { RequestContext } from '../graphql/context.ts'
import { type Change, Untellable } from '../subscriptions/change.ts'
import { agentChangeMatches, eventMatches, taskChangeMatches } from '../tasks/filter.ts'
import type { AgentParent, EventParent, TaskParent } from '../tasks/parents.ts'

/** Each item of a subscription's iterator is the field's value itself, with a budget of its own. */
function itself<Item>(item: Item | Untellable, _args: unknown, context: RequestContext): Item {
  context.renew()
  if (item instanceof Untellable) throw item.error
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

type Select<Item> = (change: Change) => readonly (Item | Untellable)[]

/** A task that can't be told may be one of the filter's: so the subscriber hears of it. */
function taskChangesOf(filter: Parameters<typeof taskChangeMatches>[0]): Select<{ task: TaskParent; position: string }> {
  const matches = taskChangeMatches(filter)
  return ({ task, stream, unreadable, position }) => {
    if (unreadable && taskAggregate.idOf(stream) !== null) return [new Untellable(unreadable)]
    return task && matches(task) ? [{ task: { view: task.after, events: null }, position }] : []
  }
}

/** An alias that moves changes two agents at one position. */
function agentChangesOf(filter: Parameters<typeof agentChangeMatches>[0]): Select<{ agent: AgentParent; position: string }> {
  const matches = agentChangeMatches(filter)
  return ({ agents, stream, unreadable, position }) => {
    if (unreadable && agentAggregates.some((aggregate) => aggregate.idOf(stream) !== null)) return [new Untellable(unreadable)]
    return agents.filter(matches).map(({ after }) => ({ agent: { view: after, lastSeenAt: undefined }, position }))
  }
}

function eventsOf(filter: Parameters<typeof eventMatches>[0]): Select<EventParent> {
  const matches = eventMatches(filter)
  return (change) => {
    if (change.recorded) return matches(change, change.recorded) ? [change.recorded] : []
    return change.unreadable && (filter.streams?.includes(change.stream) ?? true) ? [new Untellable(change.unreadable)] : []
  }
}
