import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { KillProof, TaskOutput } from '@elves/schemas/generated/types.ts'
import { shortageOf } from './shortage.ts'
import type { RunEnd } from './worker-call.ts'
import type { PrintedOutput } from './worker-output.ts'

/** A reason why a call surely does not start. */
export interface StartRefusal {
  readonly code: Extract<FailureCode, 'APP_NOT_INSTALLED' | 'PROXY_REFUSED' | 'WORKER_SPAWN' | 'AGENT_RESOURCES_SHORT'>
  /** The contract's text, which is also the output. */
  readonly text: string
}

export function rejected({ code, text }: StartRefusal): RunEnd {
  return { outcome: 'REJECTED', failure: { code, message: text }, output: failedOutput(text), killed: null }
}

export function appNotInstalled(app: string): StartRefusal {
  return { code: 'APP_NOT_INSTALLED', text: `app [${app}] not install !` }
}

export function proxyRefused(reason: string): StartRefusal {
  return { code: 'PROXY_REFUSED', text: `app exec error : proxy refused, ${reason}` }
}

export function spawnFailed(reason: string): StartRefusal {
  return { code: 'WORKER_SPAWN', text: `app exec error : ${reason}` }
}

export function tooManyHeld(pipes: number): StartRefusal {
  const text = `app exec error : processes that earlier runs left running hold ${pipes} pipes of the agent; they must redirect their output`
  return { code: 'AGENT_RESOURCES_SHORT', text }
}

/** What was thrown before the worker could run: for want of something, which passes, or for a reason that stays. */
export function notStarted(error: unknown): StartRefusal {
  const shortage = shortageOf(error)
  if (shortage !== null) return { code: 'AGENT_RESOURCES_SHORT', text: `app exec error : ${shortage}` }
  return spawnFailed(error instanceof Error ? error.message : String(error))
}

/** What a run printed, as every end but a success tells it. */
export type Printed = Pick<PrintedOutput, 'standardOutput' | 'standardError'>

/** Null where it printed nothing. */
export function printedText({ standardOutput, standardError }: Printed): string | null {
  const parts = [standardOutput && `standard output: ${standardOutput}`, standardError && `standard error: ${standardError}`]
  return parts.filter(Boolean).join('\n') || null
}

function withPrinted(what: string, printed: string | null): string {
  return printed === null ? `${what}; it printed nothing` : `${what}\n${printed}`
}

export interface NoAnswer {
  readonly code: FailureCode
  /** The contract's, which is also the output. */
  readonly text: string
  /** For people; what it printed is added. */
  readonly what: string
  readonly costMs: number
}

/** It ran, and there is no answer that counts. */
export function failed({ code, text, what, costMs }: NoAnswer, printed: Printed): RunEnd {
  const failure = { code, message: withPrinted(what, printedText(printed)) }
  return { outcome: 'FAILED', failure, output: failedOutput(text, costMs), killed: null }
}

export interface Kill {
  readonly costMs: number
  readonly proof: KillProof
  readonly printed: Printed
}

export function timedOut(timeoutMs: number, { costMs, proof, printed }: Kill): RunEnd {
  const failure = { code: 'RUN_TIMEOUT', message: withPrinted(`killed at its timeout of ${timeoutMs} ms`, printedText(printed)) }
  return { outcome: 'TIMED_OUT', failure, output: failedOutput('app exec timeout', costMs), killed: proof }
}

export function cancelled({ costMs, proof, printed }: Kill): RunEnd {
  const output = { ...failedOutput('app exec cancelled', costMs), printed: printedText(printed) }
  return { outcome: 'CANCELLED', failure: null, output, killed: proof }
}

export function succeeded(output: TaskOutput): RunEnd {
  return { outcome: 'SUCCEEDED', failure: null, output, killed: null }
}

/** The worker answered, and its flag is not `true`. */
export function saidNo(output: TaskOutput, flag: string, printed: Printed): RunEnd {
  const what = flag === 'false' ? 'the worker said false' : `the worker printed the flag ${JSON.stringify(flag)}, which is not true`
  return { outcome: 'FAILED', failure: { code: 'WORKER_SAID_NO', message: withPrinted(what, printedText(printed)) }, output, killed: null }
}

/** The agent died or stopped under it. `killed` is null where nothing was left to kill; `printed`: where this agent process had read of it. */
export function interrupted(killed: KillProof | null, printed: string | null = null): RunEnd {
  const message = 'the agent died or stopped under the run: it may have run wholly, partly or not at all'
  const failure = { code: 'INTERRUPTED', message: printed === null ? message : withPrinted(message, printed) }
  return { outcome: 'FAILED', failure, output: failedOutput(`app exec error : ${message}`), killed }
}
