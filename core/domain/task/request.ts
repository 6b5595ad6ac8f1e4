import { type Rejection, rejection } from '../decision.ts'
import type { RunTask } from './commands.ts'
import { taskLimits } from './limits.ts'

/** An app is a folder name on the agent: no separators, no leading dot, nothing that a shell or a file system reads as more than a name. */
const appPattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u
const controlCharacters = /\p{Cc}/u

/** Why a request can't become a task, or null. */
export function checkRequest(command: RunTask): Rejection | null {
  if (command.app.length > taskLimits.appLength || !appPattern.test(command.app)) {
    return rejection('APP_INVALID', `app must be a plain name of at most ${taskLimits.appLength} characters`, 'app')
  }
  if (command.func.trim() === '' || command.func.length > taskLimits.funcLength || controlCharacters.test(command.func)) {
    return rejection('FUNC_INVALID', `func must not be blank and have at most ${taskLimits.funcLength} characters`, 'func')
  }
  return checkParam(command.param) ?? checkProxy(command.proxy) ?? checkTimeout(command.timeoutMs) ?? checkIdempotencyKey(command.idempotencyKey)
}

function checkParam(param: string | null): Rejection | null {
  if (param === null) return null
  // A UTF-16 unit is at most 3 bytes, so short texts need no count.
  if (param.length * 3 > taskLimits.paramBytes && Buffer.byteLength(param) > taskLimits.paramBytes) {
    return rejection('PARAM_TOO_LARGE', `param has ${Buffer.byteLength(param)} bytes, at most ${taskLimits.paramBytes} are allowed`, 'param')
  }
  try {
    JSON.parse(param)
    return null
  } catch {
    return rejection('PARAM_INVALID', 'param is not JSON', 'param')
  }
}

/** Whether it stays in the app's folder only the agent can tell (links): it rejects the task then. */
function checkProxy(proxy: string | null): Rejection | null {
  if (proxy === null) return null
  if (proxy.trim() === '' || proxy.length > taskLimits.proxyLength || controlCharacters.test(proxy)) {
    return rejection('PROXY_INVALID', `proxy must not be blank and have at most ${taskLimits.proxyLength} characters`, 'proxy')
  }
  return null
}

function checkTimeout(timeoutMs: number): Rejection | null {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 0 && timeoutMs <= taskLimits.timeoutMs) return null
  return rejection('TIMEOUT_INVALID', `timeoutMs must be a whole number from 0 (none) to ${taskLimits.timeoutMs}`, 'timeoutMs')
}

export function checkIdempotencyKey(key: string | null): Rejection | null {
  if (key === null || (key.trim() !== '' && key.length <= taskLimits.idempotencyKeyLength)) return null
  return rejection(
    'IDEMPOTENCY_KEY_INVALID',
    `idempotencyKey must not be blank and have at most ${taskLimits.idempotencyKeyLength} characters`,
    'idempotencyKey',
  )
}
