import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { objectSchema, type RestServices } from '../rest-v2/endpoint.ts'
import { idSchema } from '../rest-v2/task-parameters.ts'
import { restResultOf, workerResultSchemas } from '../tasks/rest-endpoints.ts'

const pageSize = 500

export interface QueueWithTasks {
  /** The app of tasks that name none; null: it has none. */
  readonly app: string | null
  /** In the order in which they were added. */
  readonly tasks: readonly TaskView[]
}

/** Returns null if there is no such queue. */
export async function queueWithTasks({ commands, readModels, readPosition }: RestServices, queueId: string): Promise<QueueWithTasks | null> {
  await readPosition.reached(await commands.head(), ['queues', 'tasks'])
  const queue = await readModels.of(queuesReadModel).byId(queueId)
  if (!queue) return null
  const tasks: TaskView[] = []
  for (let after: string | null = null; ; ) {
    const page = await readModels.tasks({ queues: [queueId] }, { first: pageSize, after })
    const [unreadable] = page.unreadable
    if (unreadable) throw unreadable
    for (const { node } of page.edges) tasks.push(node)
    if (!page.hasNextPage || page.endCursor === null) return { app: queue.app, tasks: tasks.reverse() }
    after = page.endCursor
  }
}

type RestStatus = 'pendding' | 'execing' | 'finish' | 'stoped'

/** `pendding` is the contract's spelling, and so is `stoped`. */
function restStatusOf({ state, attempt }: TaskView): RestStatus {
  switch (state) {
    case 'REQUESTED':
    case 'WAITING':
      return attempt === 0 ? 'pendding' : 'execing'
    case 'DISPATCHED':
    case 'ACKNOWLEDGED':
    case 'RUNNING':
      return 'execing'
    case 'SKIPPED':
      return 'stoped'
    case 'CANCELLED':
      return attempt === 0 ? 'stoped' : 'finish'
    case 'SUCCEEDED':
    case 'FAILED':
    case 'TIMED_OUT':
    case 'REJECTED':
    case 'LOST':
      return 'finish'
  }
}

/** Schema of a task in the result of `result`. */
export const taskSchema = objectSchema({
  status: { enum: ['pendding', 'execing', 'finish', 'stoped'] satisfies RestStatus[] },
  depend_task_id: { type: 'string' },
  flag: { enum: ['true', 'false'] },
  error: { type: 'string' },
  id: idSchema,
  ...workerResultSchemas,
  worker_flag: { ...workerResultSchemas.worker_flag, enum: ['1', '0', '-1', ''] },
})

/** The result of `stop`: what still waits is about to be skipped. */
export function restStatesOf(tasks: readonly TaskView[], { isStopped }: { readonly isStopped: boolean }): Record<string, RestStatus> {
  const statusOf = (task: TaskView) => (isStopped && task.state === 'WAITING' ? 'stoped' : restStatusOf(task))
  return Object.fromEntries(tasks.map((task) => [task.id, statusOf(task)]))
}

/** The result of `result`. */
export function restTasksOf(tasks: readonly TaskView[]): Record<string, Record<string, string>> {
  return Object.fromEntries(tasks.map((task) => [task.id, restTask(task)]))
}

function restTask(task: TaskView): Record<string, string> {
  const status = restStatusOf(task)
  const [depend = ''] = task.parents
  if (status !== 'finish') {
    const error = status === 'stoped' ? (task.failure?.message ?? 'cancelled') : ''
    return {
      status,
      depend_task_id: depend,
      flag: error === '' ? 'true' : 'false',
      error,
      id: task.id,
      worker_flag: '',
      worker_message: '',
      worker_costtime: '',
    }
  }
  const { id, ...result } = restResultOf(task)
  return { status, depend_task_id: depend, flag: 'true', error: '', id: id ?? task.id, ...result }
}
