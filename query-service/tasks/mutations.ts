import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import type { InputOf } from '@elves/core/command-api/command.ts'
import type { TaskAnswer } from '@elves/core/command-api/command-api.ts'
import type { runTask } from '@elves/core/command-api/run-task.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers, RunTaskInput } from '../generated/graphql.ts'
import { inGroups } from '../graphql/connections.ts'
import type { RequestContext } from '../graphql/context.ts'
import { JsonText, jsonOf } from '../graphql/json-text/json-text.ts'
import { cancelAll } from './cancel-tasks.ts'
import type { RunTaskPayloadParent } from './parents.ts'
import { mostSelected, runSelected, type SelectedInput } from './run-selected.ts'

export const taskMutations = {
  runTask: async (_root, { input }, context) => {
    const [answer] = await runAll([input], context)
    return answer as Payload
  },
  runTasks: async (_root, { inputs }, context) => inGroups(await runAll(inputs, context), (answer) => answer),
  cancelTasks: (_root, { input }, context) => cancelAll(input, context),
  cancelTask: async (_root, { input }, { caller, services }) => taskPayload(await services.commands.call(cancelTask, caller, input)),
} satisfies MutationResolvers

/** Inputs with an agent are one call of the write side; those with a selector follow each other, beside it. */
async function runAll(inputs: readonly RunTaskInput[], context: RequestContext): Promise<readonly Payload[]> {
  const asked = inputs.map(runTaskRequest)
  const single = asked.filter((one) => 'agent' in one)
  const [answers, runs] = await Promise.all([
    single.length === 0 ? [] : context.services.commands.runTasks(context.caller, single),
    runEach(
      asked.filter((one) => 'selector' in one),
      context,
    ),
  ])
  let [nextAnswer, nextRun] = [0, 0]
  return asked.map((one) => ('agent' in one ? taskPayload(answers[nextAnswer++] as TaskAnswer) : (runs[nextRun++] as Payload)))
}

async function runEach(inputs: readonly SelectedInput[], context: RequestContext): Promise<readonly Payload[]> {
  const payloads: Payload[] = []
  let left = mostSelected
  for (const input of inputs) {
    const run = await runSelected(input, left, context)
    if ('code' in run) {
      payloads.push({ ...none, refusal: run })
      continue
    }
    left -= run.selected
    payloads.push({ ...none, ...run })
  }
  return payloads
}

/** Throws BAD_REQUEST unless the input has either an agent or a selector. */
function runTaskRequest({ agent, selector, ...rest }: RunTaskInput): InputOf<typeof runTask> | SelectedInput {
  const request = { ...rest, param: paramText(rest.param) }
  const hasAgent = agent !== null && agent !== undefined
  const hasSelector = selector !== null && selector !== undefined
  if (hasAgent && !hasSelector) return { ...request, agent }
  if (hasSelector && !hasAgent) return { ...request, selector }
  throw new ElvesError('BAD_REQUEST', 'a task has either an agent or a selector')
}

function paramText(param: unknown): string | null {
  if (param === null || param === undefined) return null
  return param instanceof JsonText ? param.text : jsonOf(param)
}

type Payload = RunTaskPayloadParent

const none: Payload = { task: null, position: null, refusal: null, taskIds: null, selected: null, leftOut: null }

/** The task as the write side answers it. */
export function taskPayload(answer: TaskAnswer): Payload {
  if (answer.refusal) return { ...none, refusal: answer.refusal }
  const events = answer.events as readonly RecordedEvent<TaskEvent>[]
  const view = foldTaskView(events)
  return { ...none, task: view && { view, events }, position: answer.position }
}
