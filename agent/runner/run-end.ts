import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { KillProof, TaskOutput } from '@elves/schemas/generated/types.ts'
import type { RunEnd } from './worker-call.ts'

/** A reason why a call surely does not start. */
export interface Refusal {
  readonly code: Extract<FailureCode, 'APP_NOT_INSTALLED' | 'PROXY_REFUSED' | 'WORKER_SPAWN'>
  /** The contract's text, which is also the output. */
  readonly text: string
}

export function rejected({ code, text }: Refusal): RunEnd {
  return { outcome: 'REJECTED', failure: { code, message: text }, output: failedOutput(text), killed: null }
}

export function appNotInstalled(app: string): Refusal {
  return { code: 'APP_NOT_INSTALLED', text: `app [${app}] not install !` }
}

export function proxyRefused(reason: string): Refusal {
  return { code: 'PROXY_REFUSED', text: `app exec error : proxy refused, ${reason}` }
}

export function spawnFailed(reason: string): Refusal {
  return { code: 'WORKER_SPAWN', text: `app exec error : ${reason}` }
}

/** It ran, and there is no answer that counts; `text` is the contract's. */
export function failed(code: FailureCode, text: string, costMs: number): RunEnd {
  return { outcome: 'FAILED', failure: { code, message: text }, output: failedOutput(text, costMs), killed: null }
}

export function timedOut(timeoutMs: number, costMs: number, killed: KillProof): RunEnd {
  const failure = { code: 'RUN_TIMEOUT', message: `killed at its timeout of ${timeoutMs} ms` }
  return { outcome: 'TIMED_OUT', failure, output: failedOutput('app exec timeout', costMs), killed }
}

export function cancelled(costMs: number, killed: KillProof): RunEnd {
  return { outcome: 'CANCELLED', failure: null, output: failedOutput('app exec cancelled', costMs), killed }
}

export function succeeded(output: TaskOutput): RunEnd {
  return { outcome: 'SUCCEEDED', failure: null, output, killed: null }
}

/** The worker answered, and its flag is not `true`; what it wrote to standard error says more. */
export function saidNo(output: TaskOutput, errorTail: string): RunEnd {
  const message = errorTail === '' ? 'the worker said false' : `the worker said false; its standard error ends: ${errorTail}`
  return { outcome: 'FAILED', failure: { code: 'WORKER_SAID_NO', message }, output, killed: null }
}
