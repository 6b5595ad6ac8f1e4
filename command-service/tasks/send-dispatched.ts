import { taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import { dispatchOf, runInstruction } from './instructions.ts'
import type { OpenTasks } from './open-tasks.ts'
import { taskStory } from './task-story.ts'

export interface SendOptions {
  readonly openTasks: Pick<OpenTasks, 'add'>
  readonly links: Pick<AgentLinks, 'send'>
}

/**
 * Called with the whole stream of a task whose last event, just made durable, may be a dispatch. If it is, sends the instruction,
 * and remembers the task for the agent's reports. What the link does not take is sent again by the deadlines.
 */
export function sendDispatched(taskId: string, events: readonly RecordedEvent[], { openTasks, links }: SendOptions): void {
  const last = events.at(-1)
  const dispatch = dispatchOf(events)
  const story = taskStory(events)
  if (last?.event.type !== 'TaskDispatched' || !dispatch || !story) return
  openTasks.add(taskStream(taskId), { context: dispatch.context, dispatchId: last.id, story }, null)
  links.send(dispatch.dispatched.agentId, runInstruction(taskId, dispatch))
}
