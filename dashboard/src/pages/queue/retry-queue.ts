import {
  AddQueueTasksDocument,
  CommitQueueDocument,
  CreateQueueDocument,
  QueueTasksAgainDocument,
  type QueueTasksAgainQuery,
} from '../../../generated/operations.ts'
import { ask } from '../../graphql/ask.ts'
import { endOf } from '../../graphql/page-end.ts'
import type { Outcome } from '../../parts/use-done.tsx'
import { type EndedTask, tasksAgain } from './tasks-again.ts'

/** What one call takes. */
const tasksOfCall = 1_000

export interface Retried extends Outcome {
  /** Of the new queue; absent where it was refused. */
  readonly id?: string
}

/** Makes a queue of the tasks of an ended one that did not succeed: a task is never run twice, and an ended queue takes no more. */
export async function retryQueue(id: string): Promise<Retried> {
  const tasks: EndedTask[] = []
  let of: { readonly name: string | null; readonly app: string | null } = { name: null, app: null }
  let after: string | null = null
  do {
    const { queue }: QueueTasksAgainQuery = await ask(QueueTasksAgainDocument, { id, after })
    if (!queue) break
    of = queue
    tasks.push(...queue.tasks.nodes)
    after = endOf(queue.tasks.pageInfo)
  } while (after !== null)
  const inputs = tasksAgain(tasks)
  const first = { name: of.name, app: of.app, tasks: inputs.slice(0, tasksOfCall), commit: false }
  const { createQueue } = await ask(CreateQueueDocument, { input: first })
  const made = createQueue.queue?.id
  if (createQueue.refusal || made === undefined) return createQueue
  for (let begin = tasksOfCall; begin < inputs.length; begin += tasksOfCall) {
    const { addQueueTasks } = await ask(AddQueueTasksDocument, { input: { queue: made, tasks: inputs.slice(begin, begin + tasksOfCall) } })
    if (addQueueTasks.refusal) return { ...addQueueTasks, id: made }
  }
  return { ...(await ask(CommitQueueDocument, { input: { queue: made } })).commitQueue, id: made }
}
