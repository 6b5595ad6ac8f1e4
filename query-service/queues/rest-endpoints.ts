import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { doneAnswer, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import { answeredCommand, endpoint, objectSchema } from '../rest-v2/endpoint.ts'
import { idempotencyKeyParameter, neededParameter, optionalParameter } from '../rest-v2/parameter.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'
import { appParameter, idSchema, ipParameter, taskContent, taskParameters } from '../rest-v2/task-parameters.ts'
import { tasksOf } from './mutations.ts'
import { restStatesOf, restTasksOf, taskSchema, tasksOfQueue } from './rest-tasks.ts'

type Answer = CommandAnswer<'queue'>

const module = 'queue'
const queueId = neededParameter('403.6', 'The queue.', { schema: idSchema })
const dependParameter = optionalParameter('The task of the same queue that has to succeed first.')

/** `/api/v2/queue/create` */
export const queueCreate = endpoint(
  {
    summary: 'Makes an empty queue for tasks of one app',
    module,
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
    note: 'A queue that has ended stays as it is.',
    module,
    parameters: { queue_id: queueId },
    refusals: ['412.1'],
    result: { type: 'object', description: 'The status of each task, by its id.', additionalProperties: statusOfStop },
  },
  async (services, caller, { queue_id }) => {
    const { refusal } = await services.commands.call(stopQueue, caller, { queue: queue_id })
    if (refusal && refusal.code !== 'QUEUE_ENDED') return refusedAnswer(restRefusalOf(refusal))
    return doneAnswer(restStatesOf((await tasksOfQueue(services, queue_id)) ?? [], { isStopped: true }))
  },
)

/** `/api/v2/queue/result` */
export const queueResult = endpoint(
  {
    summary: 'What became of the tasks of a queue',
    note: '`pendding`: it waits. `execing`: it was sent. `stoped`: it never ran, because the queue was stopped or, in `error`, because of the task that it hung on.',
    module,
    parameters: { queue_id: queueId },
    refusals: ['412.1'],
    result: { type: 'object', description: 'Each task, by its id, in the order in which they were added.', additionalProperties: taskSchema },
  },
  async (services, _caller, { queue_id }) => {
    const tasks = await tasksOfQueue(services, queue_id)
    return tasks ? doneAnswer(restTasksOf(tasks)) : refusedAnswer(restRefusal('412.1'))
  },
)

/** `/api/v2/queue/qksqueue` */
export const queueQuick = endpoint(
  {
    summary: 'Makes a queue with one task and lets it run: create, addtask and commit in one',
    note: '`depend_task_id` finds no task, because the queue has no other.',
    module,
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

function dependencies(parent: string | null): readonly string[] {
  return parent === null ? [] : [parent]
}

function taskIdOf({ events }: Answer): string {
  return tasksOf(events)[0]?.view.id ?? ''
}
