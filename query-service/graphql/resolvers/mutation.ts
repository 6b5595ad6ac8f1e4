import { randomUUID } from 'node:crypto'
import type { CancelTaskRequest, RunTaskRequest, TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type AgentView, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers, Refusal, RunTaskInput } from '../../generated/graphql.ts'
import { JsonText, jsonOf } from '../json-text/json-text.ts'
import type { AgentParent, TaskParent } from '../parents.ts'

export const mutationResolvers = {
  runTask: async (_root, { input }, { caller, services }) => payload(await services.commands.runTask(caller, runTaskRequest(input))),
  runTasks: async (_root, { inputs }, { caller, services }) => {
    const answers = await services.commands.runTasks(caller, inputs.map(runTaskRequest))
    return answers.map(payload)
  },
  cancelTask: async (_root, { input }, { caller, services }) => {
    const request: CancelTaskRequest = { id: input.id, reason: input.reason ?? null, idempotencyKey: input.idempotencyKey ?? null }
    return payload(await services.commands.cancelTask(caller, request))
  },
  removeAgent: async (_root, { input: { agent, reason = null, idempotencyKey } }, { caller, services }) => {
    const request = { agent, reason, idempotencyKey: idempotencyKey ?? randomUUID() }
    const { agentId, events, position, refusal } = await services.commands.removeAgent(caller, request)
    if (refusal) return { agent: null, position, refusal }
    const known = await services.readModels.agentsById([agentId])
    return { agent: agentAfter(agentId, known[0] ?? null, events), position, refusal }
  },
} satisfies MutationResolvers

/** As the read models have it, and with what they may not have yet. */
function agentAfter(agentId: string, known: AgentView | null, events: readonly RecordedEvent[]): AgentParent {
  let view = known
  for (const event of events.filter(isAnyAgentEvent)) view = evolveAgentView(view, agentId, event)
  return { view: view as AgentView, lastSeenAt: undefined }
}

/** Without a key of the client's we make one: then our own retries can't run a task twice. */
function runTaskRequest(input: RunTaskInput): RunTaskRequest {
  return {
    agent: input.agent,
    app: input.app,
    func: input.func,
    param: paramText(input.param),
    proxy: input.proxy ?? null,
    processor: input.processor ?? false,
    timeoutMs: input.timeoutMs ?? taskLimits.defaultTimeoutMs,
    wait: input.wait ?? true,
    idempotencyKey: input.idempotencyKey ?? randomUUID(),
  }
}

function paramText(param: unknown): string | null {
  if (param === null || param === undefined) return null
  return param instanceof JsonText ? param.text : jsonOf(param)
}

interface Payload {
  readonly task: TaskParent | null
  readonly position: string | null
  readonly refusal: Refusal | null
}

function payload(answer: TaskAnswer): Payload {
  if (answer.refusal) return { task: null, position: null, refusal: answer.refusal }
  const events = answer.events as readonly RecordedEvent<TaskEvent>[]
  const view = foldTaskView(events)
  return { task: view && { view, events }, position: answer.position, refusal: null }
}
