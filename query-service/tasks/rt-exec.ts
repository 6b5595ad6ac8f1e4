import { isIPv4 } from 'node:net'
import type { InputOf } from '@elves/core/command-api/command.ts'
import { runOneTask } from '@elves/core/command-api/command-api.ts'
import type { runTask } from '@elves/core/command-api/run-task.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { isJson } from '@elves/core/foundation/json-text.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { doneAnswer, type RestRefusal, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import type { RestCaller, RestServices } from '../rest-v2/endpoint.ts'
import { given, type Parameters } from '../rest-v2/parameters.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'

/** `/api/v2/rt/exec`: runs now, answers when the task has ended. */
export async function rtExec({ commands }: RestServices, { authId, correlationId, metadata }: RestCaller, parameters: Parameters): Promise<string> {
  const request = readTaskRequest(parameters)
  if ('code' in request) return refusedAnswer(request)
  const actor = { kind: 'AUTH_KEY', id: authId, name: null } as const
  const answer = await runOneTask(commands, { actor, correlationId, metadata }, request)
  if (answer.refusal) return refusedAnswer(restRefusalOf(answer.refusal))
  const task = foldTaskView(answer.events as readonly RecordedEvent<TaskEvent>[])
  return task ? doneAnswer(restResultOf(task)) : refusedAnswer(restRefusal('500', 'the task has no history'))
}

/** Reads the parameters that every task has, as the contract lists them; checks them in its order. */
export function readTaskRequest(parameters: Parameters, isAppNeeded = true): InputOf<typeof runTask> | RestRefusal {
  const agent = given(parameters, 'ip')
  const app = given(parameters, 'app') ?? (isAppNeeded ? null : '')
  const func = given(parameters, 'func')
  const param = given(parameters, 'param')
  const mode = given(parameters, 'mode')?.toUpperCase() ?? 'NP'
  const timeoutMs = readTimeoutMs(given(parameters, 'timeout'))
  if (agent === null || !isIPv4(agent)) return restRefusal('403.1')
  if (app === null) return restRefusal('403.3')
  if (func === null) return restRefusal('403.7')
  if (param !== null && !isJson(param)) return restRefusal('403.2')
  // Refused, because a success would look as if a processor got the result.
  if (mode !== 'NP') return mode === 'P' ? restRefusal('403.4', 'this release has no processors yet') : restRefusal('403.4')
  if (timeoutMs === null) return restRefusal('403.8')
  const proxy = given(parameters, 'proxy')
  const idempotencyKey = given(parameters, 'idempotency_key')
  return { agent, app, func, param, proxy, processor: false, timeoutMs, wait: true, idempotencyKey }
}

/** Parses whole seconds in digits, 0 for no timeout. Returns null for anything else, or if it is too large. */
function readTimeoutMs(timeout: string | null): number | null {
  if (timeout === null) return taskLimits.defaultTimeoutMs
  if (!/^[0-9]+$/.test(timeout) || Number(timeout) * 1000 > taskLimits.timeoutMs) return null
  return Number(timeout) * 1000
}

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
