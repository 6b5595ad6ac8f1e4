import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { doneAnswer, type RestRefusal, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import type { Endpoint, RestCaller } from '../rest-v2/endpoint.ts'
import { given, type Parameters } from '../rest-v2/parameters.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'
import { readTaskRequest } from '../tasks/rt-exec.ts'
import { tasksOf } from './mutations.ts'
import { restStatesOf, restTasksOf, tasksOfQueue } from './rest-tasks.ts'

type Answer = CommandAnswer<'queue'>

/** `/api/v2/queue/create`: the app is that of all its tasks. */
export const queueCreate: Endpoint = async ({ commands }, caller, parameters) => {
  const app = given(parameters, 'app')
  if (app === null) return refusedAnswer(restRefusal('403.3'))
  const answer = await commands.call(createQueue, callerOf(caller), { app, idempotencyKey: given(parameters, 'idempotency_key') })
  return answered(answer, (id) => ({ id }))
}

/** `/api/v2/queue/addtask`: one task, of the queue's app. */
export const queueAddTask: Endpoint = async ({ commands }, caller, parameters) => {
  const queue = queueId(parameters)
  if (typeof queue !== 'string') return refusedAnswer(queue)
  const task = queueTask(parameters, false)
  if ('code' in task) return refusedAnswer(task)
  const idempotencyKey = given(parameters, 'idempotency_key')
  const answer = await commands.call(addQueueTasks, callerOf(caller), { queue, tasks: [task], idempotencyKey })
  return answered(answer, () => ({ id: taskIdOf(answer) }))
}

/** `/api/v2/queue/commit`: no result. */
export const queueCommit: Endpoint = async ({ commands }, caller, parameters) => {
  const queue = queueId(parameters)
  if (typeof queue !== 'string') return refusedAnswer(queue)
  return answered(await commands.call(commitQueue, callerOf(caller), { queue }), () => undefined)
}

/** `/api/v2/queue/stop`: what runs goes on. Answers with the state of each task; a queue that has ended stays as it is. */
export const queueStop: Endpoint = async (services, caller, parameters) => {
  const queue = queueId(parameters)
  if (typeof queue !== 'string') return refusedAnswer(queue)
  const { refusal } = await services.commands.call(stopQueue, callerOf(caller), { queue })
  if (refusal && refusal.code !== 'QUEUE_ENDED') return refusedAnswer(restRefusalOf(refusal))
  return doneAnswer(restStatesOf((await tasksOfQueue(services, queue)) ?? [], { isStopped: true }))
}

/** `/api/v2/queue/result` */
export const queueResult: Endpoint = async (services, _caller, parameters) => {
  const queue = queueId(parameters)
  if (typeof queue !== 'string') return refusedAnswer(queue)
  const tasks = await tasksOfQueue(services, queue)
  return tasks ? doneAnswer(restTasksOf(tasks)) : refusedAnswer(restRefusal('412.1'))
}

/** `/api/v2/queue/qksqueue`: create, addtask and commit in one. */
export const queueQuick: Endpoint = async ({ commands }, caller, parameters) => {
  const task = queueTask(parameters, true)
  if ('code' in task) return refusedAnswer(task)
  const request = { app: task.app, tasks: [task], commit: true, idempotencyKey: given(parameters, 'idempotency_key') }
  const answer = await commands.call(createQueue, callerOf(caller), request)
  return answered(answer, (id) => ({ id, task_id: taskIdOf(answer) }))
}

function queueTask(parameters: Parameters, isAppGiven: boolean) {
  const task = readTaskRequest(parameters, isAppGiven)
  if ('code' in task) return task
  const { wait: _wait, idempotencyKey: _key, startWithinMs: _within, app, ...content } = task
  const parent = given(parameters, 'depend_task_id')
  return { ...content, app: isAppGiven ? app : null, dependsOn: parent === null ? [] : [parent] }
}

function taskIdOf({ events }: Answer): string {
  return tasksOf(events)[0]?.view.id ?? ''
}

function answered(answer: Answer, resultOf: (id: string) => Record<string, string> | undefined): string {
  return answer.refusal ? refusedAnswer(restRefusalOf(answer.refusal)) : doneAnswer(resultOf(answer.queueId))
}

/** Blank is 403.6; an id that no queue can have is found nowhere. */
function queueId(parameters: Parameters): string | RestRefusal {
  return given(parameters, 'queue_id') ?? restRefusal('403.6')
}

function callerOf({ authId, correlationId, metadata }: RestCaller) {
  return { actor: { kind: 'AUTH_KEY', id: authId, name: null }, correlationId, metadata } as const
}
