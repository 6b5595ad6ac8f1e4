import { type AnyAgentEvent, isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { AgentTransition, Change } from './change.ts'
import { agentBefore, taskBefore } from './past-views.ts'
import { ViewCache } from './view-cache.ts'

export interface ChangeFold {
  /** Events in order, each batch following the one before: what they changed. Views from before the first batch are loaded when needed. */
  fold(events: readonly RecordedEvent[]): Promise<Change[]>
}

const cachedTasks = 10_000
const cachedAgents = 10_000
const loadsAtOnce = 16

type TaskRecord = RecordedEvent<TaskEvent>
type AgentRecord = RecordedEvent<AnyAgentEvent>

export function changeFold(readModels: ReadModels): ChangeFold {
  const tasks = new ViewCache<TaskView>(cachedTasks)
  const agents = new ViewCache<AgentView>(cachedAgents)

  /** Loads what a batch needs several at once; what is missing still (dropped meanwhile) is loaded one by one. */
  async function prefetch(events: readonly RecordedEvent[]): Promise<void> {
    const loads = new Map<string, () => Promise<unknown>>()
    for (const recorded of events) {
      if (taskAggregate.isEvent(recorded)) {
        const taskId = taskIdOf(recorded)
        if (recorded.version > 0 && !tasks.get(taskId) && !loads.has(taskId)) loads.set(taskId, () => taskOf(taskId, recorded))
      } else if (isAnyAgentEvent(recorded)) {
        for (const agentId of agentsOf(recorded.event)) {
          if (!agents.get(agentId) && !loads.has(agentId)) loads.set(agentId, () => agentOf(agentId, recorded))
        }
      }
    }
    const waiting = [...loads.values()]
    while (waiting.length > 0) await Promise.all(waiting.splice(0, loadsAtOnce).map((load) => load()))
  }

  async function taskOf(taskId: string, { version, position }: TaskRecord): Promise<TaskView | null> {
    if (version === 0) return null
    const cached = tasks.get(taskId)
    if (cached) return cached
    const view = await taskBefore(readModels, taskId, position)
    if (view) tasks.set(taskId, view)
    return view
  }

  async function agentOf(agentId: string, { position }: AgentRecord): Promise<AgentView | null> {
    const cached = agents.get(agentId)
    if (cached) return cached
    const view = await agentBefore(readModels, agentId, position)
    if (view) agents.set(agentId, view)
    return view
  }

  async function changeOf(recorded: RecordedEvent): Promise<Change> {
    if (taskAggregate.isEvent(recorded)) return taskChange(recorded)
    if (isAnyAgentEvent(recorded)) return agentChange(recorded)
    return { recorded, task: null, agents: [] }
  }

  async function taskChange(recorded: TaskRecord): Promise<Change> {
    const taskId = taskIdOf(recorded)
    const before = await taskOf(taskId, recorded)
    const after = evolveTaskView(before, recorded)
    // Only open tasks are kept: an end may carry a large output, and what comes after one is rare.
    if (after.endedAt === null) tasks.set(taskId, after)
    else tasks.delete(taskId)
    return { recorded, task: { before, after }, agents: [] }
  }

  async function agentChange(recorded: AgentRecord): Promise<Change> {
    const transitions: AgentTransition[] = []
    for (const agentId of agentsOf(recorded.event)) {
      const before = await agentOf(agentId, recorded)
      const after = evolveAgentView(before, agentId, recorded)
      agents.set(agentId, after)
      transitions.push({ before, after })
    }
    return { recorded, task: null, agents: transitions }
  }

  return {
    async fold(events) {
      await prefetch(events)
      const changes: Change[] = []
      for (const recorded of events) changes.push(await changeOf(recorded))
      return changes
    },
  }
}

function taskIdOf({ stream }: TaskRecord): string {
  return taskAggregate.idOf(stream) ?? ''
}
