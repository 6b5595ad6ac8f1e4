import { runOneTask } from '@elves/core/command-api/run-task.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { doneAnswer, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import { endpoint, objectSchema } from '../rest-v2/endpoint.ts'
import { idempotencyKeyParameter } from '../rest-v2/parameter.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'
import { appParameter, idSchema, ipParameter, taskContent, taskParameters } from '../rest-v2/task-parameters.ts'

/** Schemas of what a worker answered, by name. */
export const workerResultSchemas = {
  worker_flag: {
    enum: ['1', '0', '-1'],
    description: '`1`: the worker said true. `0`: it said false. `-1`: it could not be run or broke; `worker_message` says why.',
  },
  worker_message: { type: 'string', examples: ['hello word!'] },
  worker_costtime: { type: 'string', pattern: '^[0-9]*$', description: 'Milliseconds; empty where there was no run.', examples: ['74'] },
} as const

/** `/api/v2/rt/exec` */
export const rtExec = endpoint(
  {
    summary: 'Runs a function now, and answers when it has ended',
    note: 'A client that hangs up changes nothing: the task goes on.',
    needs: 'COMMAND',
    parameters: { ip: ipParameter, app: appParameter, ...taskParameters, idempotency_key: idempotencyKeyParameter },
    refusals: ['410.1'],
    result: objectSchema({ id: idSchema, ...workerResultSchemas }),
  },
  async ({ commands }, caller, { ip, app, idempotency_key, ...rest }) => {
    const request = { agent: ip, app, ...taskContent(rest), wait: true, idempotencyKey: idempotency_key }
    const answer = await runOneTask(commands, caller, request)
    if (answer.refusal) return refusedAnswer(restRefusalOf(answer.refusal))
    const task = foldTaskView(answer.events as readonly RecordedEvent<TaskEvent>[])
    return task ? doneAnswer(restResultOf(task)) : refusedAnswer(restRefusal('500', 'the task has no history'))
  },
)

/** What REST v2 tells of a task that has ended. */
export function restResultOf(task: TaskView): Record<string, string> {
  const { id, output } = task
  return {
    id,
    worker_flag: String(output?.workerFlag ?? -1),
    worker_message: output ? (inlineText(output.message) ?? '') : messageWithoutOutput(task),
    worker_costtime: output ? String(output.costMs) : '',
  }
}

function messageWithoutOutput(task: TaskView): string {
  switch (task.state) {
    case 'LOST':
      return 'app exec timeout'
    case 'CANCELLED':
      return 'app exec error : cancelled'
    case 'REQUESTED':
    case 'WAITING':
    case 'SKIPPED':
    case 'DISPATCHED':
    case 'ACKNOWLEDGED':
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED':
    case 'TIMED_OUT':
    case 'REJECTED':
      return task.failure?.message ?? ''
  }
}
