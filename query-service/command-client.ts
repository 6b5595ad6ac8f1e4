import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { CommandApi, TaskAnswer } from '@elves/core/command-api/command-api.ts'
import { answerFromWire, answersBody, commandPaths, type WireAnswer } from '@elves/core/command-api/wire.ts'
import { isCode } from '@elves/core/foundation/codes.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'

export interface CommandClientOptions {
  /** Where command-service is, `http://host:port`. */
  readonly url: string
  readonly serviceSecret: string
  /** Tries of one call before it counts as unavailable; default 4. */
  readonly tries?: number
}

const firstPauseMs = 100

/**
 * The command API over HTTP. A call that got no answer is tried again: requests without an idempotency key are given one
 * here, so that no try runs a task twice. Long waits are many short requests.
 */
export function commandClient({ url, serviceSecret, tries = 4 }: CommandClientOptions): CommandApi {
  async function post(path: string, correlationId: string, body: object): Promise<readonly WireAnswer[]> {
    const text = JSON.stringify(body)
    for (let pauseMs = firstPauseMs, left = tries - 1; ; pauseMs *= 2, left--) {
      try {
        return await postOnce(new URL(path, url), { serviceSecret, correlationId, text })
      } catch (error) {
        if (left <= 0 || !(error instanceof ElvesError && error.canRetry)) throw error
      }
      await delay(pauseMs)
    }
  }

  const runTasks: CommandApi['runTasks'] = async (caller, requests) => {
    const { correlationId } = caller
    const keyed = requests.map((request) => ({ ...request, idempotencyKey: request.idempotencyKey ?? randomUUID() }))
    const answers = [...(await post(commandPaths.runTasks, correlationId, { caller, requests: keyed }))]
    if (answers.length !== requests.length) throw misunderstood('another number of answers than requests')
    for (let pending = pendingIn(answers); pending.length > 0; pending = pendingIn(answers)) {
      const taskIds = pending.map(([, taskId]) => taskId)
      const later = await post(commandPaths.waitTasks, correlationId, { taskIds })
      for (const [nth, [index]] of pending.entries()) answers[index] = later[nth] ?? (answers[index] as WireAnswer)
    }
    return answers.map(answerFromWire)
  }

  return {
    runTasks,
    async runTask(caller, request) {
      const [answer] = await runTasks(caller, [request])
      return answer as TaskAnswer
    },
    async cancelTask(caller, request) {
      const [answer] = await post(commandPaths.cancelTask, caller.correlationId, { caller, request })
      if (!answer) throw misunderstood('no answer')
      return answerFromWire(answer)
    },
  }
}

/** Where in the answers they stand, and their task ids. */
function pendingIn(answers: readonly WireAnswer[]): [number, string][] {
  return answers.flatMap((answer, index): [number, string][] => (answer.isPending && answer.taskId !== null ? [[index, answer.taskId]] : []))
}

interface Post {
  readonly serviceSecret: string
  readonly correlationId: string
  readonly text: string
}

async function postOnce(url: URL, { serviceSecret, correlationId, text }: Post): Promise<readonly WireAnswer[]> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${serviceSecret}`, 'x-correlation-id': correlationId }
  let status: number
  let body: unknown
  try {
    const response = await fetch(url, { method: 'POST', headers, body: text })
    status = response.status
    body = await response.json()
  } catch (cause) {
    throw new ElvesError('COMMAND_SERVICE_UNAVAILABLE', 'command-service does not answer', { canRetry: true, cause })
  }
  if (status !== 200) throw errorOf(status, body)
  const read = answersBody.safeParse(body)
  if (!read.success) throw misunderstood(read.error.issues[0]?.message ?? 'not what was expected')
  return read.data.answers
}

function errorOf(status: number, body: unknown): ElvesError {
  const { code, message } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {}
  if (code === undefined || !isCode(code)) return misunderstood(`HTTP ${status}`)
  return new ElvesError(code, message ?? code, { canRetry: status === 503 })
}

function misunderstood(what: string): ElvesError {
  return new ElvesError('INTERNAL', `command-service answered ${what}`)
}
