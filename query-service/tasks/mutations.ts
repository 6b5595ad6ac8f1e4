import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import type { InputOf } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import type { runTask } from '@elves/core/command-api/run-task.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers, Refusal, RunTaskInput } from '../generated/graphql.ts'
import { inGroups } from '../graphql/connections.ts'
import { JsonText, jsonOf } from '../graphql/json-text/json-text.ts'
import { cancelAll } from './cancel-tasks.ts'
import type { TaskParent } from './parents.ts'

export const taskMutations = {
  runTask: async (_root, { input }, { caller, services }) => {
    const [answer] = await services.commands.runTasks(caller, [runTaskRequest(input)])
    return payload(answer as TaskAnswer)
  },
  runTasks: async (_root, { inputs }, { caller, services }) => {
    const answers = await services.commands.runTasks(caller, inputs.map(runTaskRequest))
    return inGroups(answers, payload)
  },
  cancelTasks: (_root, { input }, context) => cancelAll(input, context),
  cancelTask: async (_root, { input }, { caller, services }) => payload(await services.commands.call(cancelTask, caller, input)),
} satisfies MutationResolvers

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
