import { createHash } from 'node:crypto'
import type { QueueTaskRequest } from '@elves/core/command-api/queue-task.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { checkRequest } from '@elves/core/domain/task/request.ts'
import { type AgentDirectory, findAgents } from '../agents/agent-directory.ts'
import { agentUnknown } from '../tasks/task-refusals.ts'
import type { NewTask } from '../tasks/task-requests.ts'

/** Returns the tasks of a queue, without their parents. */
export function queuedTasks(
  queueId: string,
  app: string | null,
  asked: readonly QueueTaskRequest[],
  idOf: (index: number) => string,
): readonly NewTask[] {
  return asked.map(({ key: _key, dependsOn: _dependsOn, ...content }, index) => ({
    ...content,
    app: content.app ?? app ?? '',
    taskId: idOf(index),
    kind: 'QUEUE',
    queueId,
    scheduleId: null,
    fireAt: null,
    parents: [],
    idempotencyKey: null,
    requestHash: hashOf(content),
  }))
}

/** Returns why one of the tasks can not be requested, null if all can: before anything of any of them is written. */
export async function checkTasks(tasks: readonly NewTask[], agents: AgentDirectory): Promise<Rejection | null> {
  const names = tasks.map(({ agent }) => agent)
  const known = await findAgents(agents, names)
  for (const [index, task] of tasks.entries()) {
    const invalid = checkRequest(task)
    if (invalid) return { ...invalid, field: `tasks.${index}.${invalid.field ?? ''}` }
    if (!known.get(task.agent)) return rejection('AGENT_UNKNOWN', agentUnknown(task.agent).refusal?.message ?? '', `tasks.${index}.agent`)
  }
  return null
}

export function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}
