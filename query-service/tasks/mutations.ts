import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import type { InputOf } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { removeAgent } from '@elves/core/command-api/remove-agent.ts'
import type { runTask } from '@elves/core/command-api/run-task.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type AgentView, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { largestPageBytes } from '@elves/core/read-models/paging/page.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers, Refusal, RunTaskInput } from '../generated/graphql.ts'
import { inGroups } from '../graphql/connections.ts'
import { JsonText, jsonOf } from '../graphql/json-text/json-text.ts'
import type { AgentParent, TaskParent } from './parents.ts'

export const mutationResolvers = {
  runTask: async (_root, { input }, { caller, services }) => payload(await services.commands.runTask(caller, runTaskRequest(input))),
  runTasks: async (_root, { inputs }, { caller, services }) => {
    const answers = await services.commands.runTasks(caller, inputs.map(runTaskRequest))
    return inGroups(answers, payload)
  },
  cancelTask: async (_root, { input }, { caller, services }) => payload(await services.commands.call(cancelTask, caller, input)),
  removeAgent: async (_root, { input }, { caller, services }) => {
    const { agentId, events, position, refusal } = await services.commands.call(removeAgent, caller, input)
    if (refusal) return { agent: null, position, refusal }
    const known = (await services.readModels.agentsById([agentId], largestPageBytes)).get(agentId)
    // It is removed also where its row can't be read.
    return { agent: agentAfter(agentId, known && !(known instanceof ElvesError) ? known : null, events), position, refusal }
  },
} satisfies MutationResolvers

/** As the read models have it, and with what they may not have yet. */
function agentAfter(agentId: string, known: AgentView | null, events: readonly RecordedEvent[]): AgentParent {
  let view = known
  for (const event of events.filter(isAnyAgentEvent)) view = evolveAgentView(view, agentId, event)
  return { view: view as AgentView, lastSeenAt: undefined }
}

function runTaskRequest(input: RunTaskInput): InputOf<typeof runTask> {
  return { ...input, param: paramText(input.param) }
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
