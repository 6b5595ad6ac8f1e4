import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type AgentView, aliasOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { AgentFilter, EventFilter, TaskFilter } from '@elves/core/read-models/read-models.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { AgentTransition, Change, TaskTransition } from '../subscriptions/change.ts'

type Test<Item> = (item: Item) => boolean

/** Looks at the state that a change enters and at the one that it leaves: so a watcher of "running" sees tasks end. */
export function taskChangeMatches(filter: TaskFilter): Test<TaskTransition> {
  const matches = taskMatches(filter)
  return ({ before, after }) => matches(after) || (before !== null && matches(before))
}

export function agentChangeMatches(filter: AgentFilter): Test<AgentTransition> {
  const matches = agentMatches(filter)
  return ({ before, after }) => matches(after) || (before !== null && matches(before))
}

function taskMatches(filter: TaskFilter): Test<TaskView> {
  const { requestedFrom = Number.NEGATIVE_INFINITY, requestedTo = Number.POSITIVE_INFINITY, correlationId } = filter
  const ids = anyOf(filter.ids)
  const agents = anyOf(filter.agents)
  const apps = anyOf(filter.apps)
  const states = anyOf(filter.states)
  const kinds = anyOf(filter.kinds)
  return (task) =>
    ids(task.id) &&
    (agents(task.agentId) || agents(task.agentIp)) &&
    apps(task.app) &&
    states(task.state) &&
    kinds(task.kind) &&
    task.requestedAt >= requestedFrom &&
    task.requestedAt < requestedTo &&
    (correlationId === undefined || task.correlationId === correlationId)
}

function agentMatches(filter: AgentFilter): Test<AgentView> {
  const ids = anyOf(filter.ids)
  const ips = anyOf(filter.ips)
  const states = anyOf(filter.states)
  const apps = anyOf(filter.apps)
  return (agent) =>
    ids(agent.id) && ips(aliasOf(agent)) && states(agent.state) && (filter.apps === undefined || agent.facts.apps.some(({ name }) => apps(name)))
}

/** Of an event itself; its agent also by the ip that it had then. */
export function eventMatches(filter: EventFilter): (change: Change, recorded: RecordedEvent) => boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, correlationId } = filter
  const streams = anyOf(filter.streams)
  const types = anyOf(filter.types)
  const actors = anyOf(filter.actors)
  const agents = anyOf(filter.agents)
  const apps = anyOf(filter.apps)
  return (change, recorded) => {
    const { agentId, app }: { agentId?: string; app?: string } = recorded.event.data
    return (
      streams(recorded.stream) &&
      types(recorded.event.type) &&
      actors(recorded.context.actor.id) &&
      (filter.agents === undefined || (agentId !== undefined && agents(agentId)) || ipsOf(change).some(agents)) &&
      (filter.apps === undefined || (app !== undefined && apps(app))) &&
      (correlationId === undefined || recorded.context.correlationId === correlationId) &&
      recorded.recordedAt >= from &&
      recorded.recordedAt < to
    )
  }
}

function ipsOf({ task, agents }: Change): string[] {
  const ips = agents.flatMap(({ before, after }) => (before ? [before.ip, after.ip] : [after.ip]))
  return task ? [task.after.agentIp, ...ips] : ips
}

function anyOf(values: readonly string[] | undefined): Test<string> {
  if (values === undefined) return () => true
  const wanted = new Set(values)
  return (value) => wanted.has(value)
}
