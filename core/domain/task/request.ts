import type { RetriedEnd, RetryPolicy } from '@elves/schemas/generated/types.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import { secretNamesIn } from '@elves/schemas/link/secret-references.ts'
import { isDeeperThan, isJson } from '../../foundation/json-text.ts'
import { type Rejection, rejection } from '../decision.ts'
import type { RequestTask } from './commands.ts'
import { taskLimits } from './limits.ts'

const controlCharacters = /\p{Cc}/u

export function hasControlCharacters(text: string): boolean {
  return controlCharacters.test(text)
}

/** What a task does, and how: the part of a request that a client chooses. */
export type TaskContent = Pick<RequestTask, 'app' | 'func' | 'param' | 'proxy' | 'timeoutMs' | 'startWithinMs' | 'retry' | 'idempotencyKey'>

/** Returns why a request can not become a task, or null if it can. */
export function checkRequest(command: TaskContent): Rejection | null {
  if (command.app.length > taskLimits.appLength || !appNamePattern.test(command.app)) {
    return rejection('APP_INVALID', `app must have 1 to ${taskLimits.appLength} characters: letters, digits, _ . and -, the first no . or -`, 'app')
  }
  if (command.func.trim() === '' || command.func.length > taskLimits.funcLength || controlCharacters.test(command.func)) {
    return rejection('FUNC_INVALID', lineOf('func', taskLimits.funcLength), 'func')
  }
  return (
    checkText('func', command.func) ??
    checkParam(command.param) ??
    checkProxy(command.proxy) ??
    checkTimeout(command.timeoutMs) ??
    checkStartWithin(command.startWithinMs) ??
    checkRetry(command.retry) ??
    checkIdempotencyKey(command.idempotencyKey)
  )
}

function lineOf(field: string, length: number): string {
  return `${field} must be one line of at most ${length} characters, not blank and without control characters`
}

/**
 * Refuses half a surrogate pair (a text that was cut within an emoji, for example): it has no UTF-8 form, so it would be
 * read back as another text.
 */
export function checkText(field: string, text: string | null): Rejection | null {
  if (text === null || text.isWellFormed()) return null
  return rejection('TEXT_INVALID', `${field} has half a surrogate pair: the text has no UTF-8 form`, field)
}

function checkParam(param: string | null): Rejection | null {
  if (param === null) return null
  // A UTF-16 unit is at most 3 bytes, so short texts need no count.
  if (param.length * 3 > taskLimits.paramBytes && Buffer.byteLength(param) > taskLimits.paramBytes) {
    return rejection('PARAM_TOO_LARGE', `param has ${Buffer.byteLength(param)} bytes, at most ${taskLimits.paramBytes} are allowed`, 'param')
  }
  if (isDeeperThan(param, taskLimits.paramDepth)) {
    return rejection('PARAM_TOO_DEEP', `param nests arrays and objects more than ${taskLimits.paramDepth} levels deep`, 'param')
  }
  if (!isJson(param)) return rejection('PARAM_INVALID', 'param is not JSON', 'param')
  return checkText('param', param) ?? checkSecrets(param)
}

function checkSecrets(param: string): Rejection | null {
  const names = secretNamesIn(param)
  if ('wrong' in names) return rejection('SECRET_REFERENCE_INVALID', names.wrong, 'param')
  if (names.length <= taskLimits.secrets) return null
  return rejection('SECRET_REFERENCE_INVALID', `param refers to ${names.length} secrets, at most ${taskLimits.secrets} are allowed`, 'param')
}

/**
 * Checks the form of a proxy path only. Only the agent can tell whether the path stays in the app's folder (because of
 * symbolic links); it rejects the task if not.
 */
function checkProxy(proxy: string | null): Rejection | null {
  if (proxy === null) return null
  if (proxy.trim() === '' || proxy.length > taskLimits.proxyLength || controlCharacters.test(proxy)) {
    return rejection('PROXY_INVALID', lineOf('proxy', taskLimits.proxyLength), 'proxy')
  }
  return checkText('proxy', proxy)
}

function checkTimeout(timeoutMs: number): Rejection | null {
  if (Number.isInteger(timeoutMs) && timeoutMs >= 0 && timeoutMs <= taskLimits.timeoutMs) return null
  return rejection('TIMEOUT_INVALID', `timeoutMs must be a whole number from 0 (none) to ${taskLimits.timeoutMs}`, 'timeoutMs')
}

function checkStartWithin(startWithinMs: number): Rejection | null {
  if (isWholeUpTo(startWithinMs, 0, taskLimits.startWithinMs)) return null
  return rejection('START_WITHIN_INVALID', `startWithinMs must be a whole number from 0 to ${taskLimits.startWithinMs} (7 days)`, 'startWithinMs')
}

function checkRetry(retry: RetryPolicy | null): Rejection | null {
  if (retry === null) return null
  const { attempts, delayMs, factor, maxDelayMs, on } = retry
  const { attempts: mostAttempts, retryDelayMs, retryFactor } = taskLimits
  const invalid = (field: string, message: string) => rejection('RETRY_INVALID', message, `retry.${field}`)
  if (!isWholeUpTo(attempts, 1, mostAttempts)) return invalid('attempts', `attempts must be a whole number from 1 to ${mostAttempts}`)
  if (!isWholeUpTo(delayMs, 0, retryDelayMs)) return invalid('delayMs', `delayMs must be a whole number from 0 to ${retryDelayMs} (7 days)`)
  if (!(factor >= 1 && factor <= retryFactor)) return invalid('factor', `factor must be a number from 1 to ${retryFactor}`)
  if (!isWholeUpTo(maxDelayMs, 0, retryDelayMs)) return invalid('maxDelayMs', `maxDelayMs must be a whole number from 0 to ${retryDelayMs} (7 days)`)
  const isOnEnds = on.length > 0 && on.every((end) => retriedEnds.has(end)) && new Set(on).size === on.length
  return isOnEnds ? null : invalid('on', 'on must have at least one of FAILED, TIMED_OUT, REJECTED and LOST, each at most once')
}

const retriedEnds: ReadonlySet<RetriedEnd> = new Set<RetriedEnd>(['FAILED', 'TIMED_OUT', 'REJECTED', 'LOST'])

function isWholeUpTo(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

export function checkReason(reason: string | null): Rejection | null {
  if ((reason?.length ?? 0) <= taskLimits.reasonLength) return null
  return rejection('REASON_TOO_LONG', `reason has at most ${taskLimits.reasonLength} characters`, 'reason')
}

export function checkIdempotencyKey(key: string | null): Rejection | null {
  if (key === null || (key.trim() !== '' && key.length <= taskLimits.idempotencyKeyLength)) return checkText('idempotencyKey', key)
  return rejection(
    'IDEMPOTENCY_KEY_INVALID',
    `idempotencyKey must not be blank and have at most ${taskLimits.idempotencyKeyLength} characters`,
    'idempotencyKey',
  )
}
