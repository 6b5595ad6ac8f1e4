import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { wholeStream } from '../read-side/whole-stream.ts'

/** The task just before a position, folded from its events; null before its first. */
export async function taskBefore(readModels: ReadModels, taskId: string, position: Position): Promise<TaskView | null> {
  const events = await wholeStream(readModels, taskStream(taskId))
  return foldTaskView(events.filter((event) => taskAggregate.isEvent(event)).filter((event) => event.position < position))
}

/** The agent just before a position, folded from its streams and those of every ip that it ever declared. */
export async function agentBefore(readModels: ReadModels, agentId: string, position: Position): Promise<AgentView | null> {
  const [own, links] = await Promise.all([wholeStream(readModels, agentStream(agentId)), wholeStream(readModels, agentLinkStream(agentId))])
  const ips = new Set(own.flatMap(({ event }) => (event.type === 'AgentRegistered' || event.type === 'AgentFactsChanged' ? [event.data.ip] : [])))
  const claims = await Promise.all([...ips].map((ip) => wholeStream(readModels, agentIpStream(ip))))
  const past = [own, links, ...claims]
    .flat()
    .filter(isAnyAgentEvent)
    .filter((event) => event.position < position)
  past.sort((one, other) => (one.position < other.position ? -1 : 1))
  let view: AgentView | null = null
  for (const event of past) if (agentsOf(event.event).includes(agentId)) view = evolveAgentView(view, agentId, event)
  return view
}
