import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { doneAnswer, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import { answeredCommand, endpoint, objectSchema } from '../rest-v2/endpoint.ts'
import { idempotencyKeyParameter, neededParameter, optionalParameter } from '../rest-v2/parameter.ts'
import { readableOf } from '../rest-v2/readable.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'
import { appParameter, idSchema, ipParameter, taskContent, taskParameters } from '../rest-v2/task-parameters.ts'
import { tasksOf } from './mutations.ts'
import { queueWithTasks, restStatesOf, restTasksOf, taskSchema } from './rest-tasks.ts'

type Answer = CommandAnswer<'queue'>

const module = 'queue'
const queueId = neededParameter('403.6', 'The queue.', { schema: idSchema })
const dependParameter = optionalParameter('The task of the same queue that has to succeed first.')

/** `/api/v2/queue/create` */
export const queueCreate = endpoint(
  {
    summary: 'Makes an empty queue for tasks of one app',
    module,
    needs: 'COMMAND',
    parameters: { app: appParameter, idempotency_key: idempotencyKeyParameter },
    refusals: ['410.1'],
    result: objectSchema({ id: idSchema }),
  },
  async ({ commands }, caller, { app, idempotency_key }) => {
    const answer = await commands.call(createQueue, caller, { app, idempotencyKey: idempotency_key })
    return answeredCommand(answer, (id) => ({ id }), 'queue')
  },
)

/** `/api/v2/queue/addtask` */
export const queueAddTask = endpoint(
  {
    summary: "Adds a task of the queue's app",
    module,
    needs: 'COMMAND',
    parameters: {
      queue_id: queueId,
      ip: ipParameter,
      ...taskParameters,
      depend_task_id: dependParameter,
      idempotency_key: idempotencyKeyParameter,
    },
    refusals: ['410.1', '412.1', '412.2', '412.4'],
    result: objectSchema({ id: idSchema }),
  },
  async ({ commands }, caller, { queue_id, ip, depend_task_id, idempotency_key, ...rest }) => {
    const task = { agent: ip, app: null, ...taskContent(rest), dependsOn: dependencies(depend_task_id) }
    const answer = await commands.call(addQueueTasks, caller, { queue: queue_id, tasks: [task], idempotencyKey: idempotency_key })
    return answeredCommand(answer, () => ({ id: taskIdOf(answer) }), 'queue')
  },
)

/** `/api/v2/queue/commit` */
export const queueCommit = endpoint(
  {
    summary: 'Lets the tasks of a queue run; nothing can be added any more',
    module,
    needs: 'COMMAND',
    parameters: { queue_id: queueId },
    refusals: ['412.1', '412.2'],
    result: null,
  },
  async ({ commands }, caller, { queue_id }) => {
    return answeredCommand(await commands.call(commitQueue, caller, { queue: queue_id }), () => undefined, 'queue')
  },
)

const statusOfStop = { enum: ['finish', 'execing', 'stoped'] }

/** `/api/v2/queue/stop` */
export const queueStop = endpoint(
  {
    summary: 'Stops a queue: what waits never runs, what runs goes on',
    note: 'A queue that has ended stays as it is. With 412.3 it may have been stopped or not: asked again, it says which.',
    module,
    needs: 'COMMAND',
    parameters: { queue_id: queueId },
    refusals: ['412.1', '412.3'],
    result: { type: 'object', description: 'The status of each task, by its id.', additionalProperties: statusOfStop },
  },
  async (services, caller, { queue_id }) => {
    const answer = await orNull(services.commands.call(stopQueue, caller, { queue: queue_id }))
    if (!answer) return refusedAnswer(restRefusal('412.3'))
    const { refusal } = answer
    if (refusal && refusal.code !== 'QUEUE_ENDED') return refusedAnswer(restRefusalOf(refusal))
    return doneAnswer(restStatesOf((await queueWithTasks(services, queue_id))?.tasks ?? [], { isStopped: true }))
  },
)

/** Whoever runs a task is answered with its result, so he may read that of a queue. */
const whoMayRead = ['VIEW', 'RUN'] as const

/** `/api/v2/queue/result` */
export const queueResult = endpoint(
  {
    summary: 'What became of the tasks of a queue',
    note: '`pendding`: it waits. `execing`: it was sent. `stoped`: it never ran, because the queue was stopped or, in `error`, because of the task that it hung on.',
    module,
    needs: whoMayRead,
    parameters: { queue_id: queueId },
    refusals: ['412.1'],
    result: { type: 'object', description: 'Each task, by its id, in the order in which they were added.', additionalProperties: taskSchema },
  },
  async (services, caller, { queue_id }) => {
    const queue = await queueWithTasks(services, queue_id)
    if (!queue) return refusedAnswer(restRefusal('412.1'))
    const { app, tasks } = queue
    const told = tasks.length === 0 ? [{ app }] : tasks
    const readable = await readableOf(services, caller, whoMayRead, told)
    return readable.length === told.length ? doneAnswer(restTasksOf(tasks)) : refusedAnswer(restRefusal('412.1'))
  },
)

/** `/api/v2/queue/qksqueue` */
export const queueQuick = endpoint(
  {
    summary: 'Makes a queue with one task and lets it run: create, addtask and commit in one',
    note: '`depend_task_id` finds no task, because the queue has no other.',
    module,
    needs: 'COMMAND',
    parameters: {
      ip: ipParameter,
      app: appParameter,
      ...taskParameters,
      depend_task_id: dependParameter,
      idempotency_key: idempotencyKeyParameter,
    },
    refusals: ['410.1', '412.4'],
    result: objectSchema({ id: idSchema, task_id: idSchema }),
  },
  async ({ commands }, caller, { ip, app, depend_task_id, idempotency_key, ...rest }) => {
    const task = { agent: ip, app, ...taskContent(rest), dependsOn: dependencies(depend_task_id) }
    const answer = await commands.call(createQueue, caller, { app, tasks: [task], commit: true, idempotencyKey: idempotency_key })
    return answeredCommand(answer, (id) => ({ id, task_id: taskIdOf(answer) }), 'queue')
  },
)

/** Null: the platform could not do it now, and another try may. */
async function orNull<Result>(done: Promise<Result>): Promise<Result | null> {
  try {
    return await done
  } catch (thrown) {
    if (asElvesError(thrown).canRetry) return null
    throw thrown
  }
}

function dependencies(parent: string | null): readonly string[] {
  return parent === null ? [] : [parent]
}

function taskIdOf({ events }: Answer): string {
  return tasksOf(events)[0]?.view.id ?? ''
}
