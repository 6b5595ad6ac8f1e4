import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { KillProof, TaskOutput } from '@elves/schemas/generated/types.ts'
import { shortageOf } from './shortage.ts'
import type { RunEnd } from './worker-call.ts'
import type { PrintedOutput } from './worker-output.ts'

type SecretCode = 'SECRET_NOT_SENT' | 'SECRET_UNREADABLE' | 'SECRET_ON_COMMAND_LINE'

/** A reason why a call surely does not start. */
export interface StartRefusal {
  readonly code: Extract<FailureCode, 'APP_NOT_INSTALLED' | 'PROXY_REFUSED' | 'WORKER_SPAWN' | 'AGENT_RESOURCES_SHORT' | SecretCode>
  /** The text that the contract requires; also the output. */
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

export function secretRefused(code: SecretCode, reason: string): StartRefusal {
  return { code, text: `app exec error : ${reason}` }
}

export function tooManyHeld(pipes: number): StartRefusal {
  const text = `app exec error : processes that earlier runs left running hold ${pipes} pipes of the agent; they must redirect their output`
  return { code: 'AGENT_RESOURCES_SHORT', text }
}

/** Turns an error from before the worker's start into a refusal: AGENT_RESOURCES_SHORT for a shortage, which is temporary, else WORKER_SPAWN. */
export function notStarted(error: unknown): StartRefusal {
  const shortage = shortageOf(error)
  if (shortage !== null) return { code: 'AGENT_RESOURCES_SHORT', text: `app exec error : ${shortage}` }
  return spawnFailed(error instanceof Error ? error.message : String(error))
}

/** What a run printed; every end but a success reports it. */
export type Printed = Pick<PrintedOutput, 'standardOutput' | 'standardError'>

/** Returns null if the run printed nothing. */
export function printedText({ standardOutput, standardError }: Printed): string | null {
  const parts = [standardOutput && `standard output: ${standardOutput}`, standardError && `standard error: ${standardError}`]
  return parts.filter(Boolean).join('\n') || null
}

function withPrinted(what: string, printed: string | null): string {
  return printed === null ? `${what}; it printed nothing` : `${what}\n${printed}`
}

export interface NoAnswer {
  readonly code: FailureCode
  /** The text that the contract requires; also the output. */
  readonly text: string
  /** An explanation for people; what the run printed is added to it. */
  readonly what: string
  readonly costMs: number
}

/** The worker ran, but gave no valid answer. */
export function failed({ code, text, what, costMs }: NoAnswer, printed: Printed): RunEnd {
  const failure = { code, message: withPrinted(what, printedText(printed)) }
  return { outcome: 'FAILED', failure, output: failedOutput(text, costMs), killed: null }
}

/** How a worker's process ended: by a code or by a signal. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Returns the end with how the worker's process ended and what it wrote to standard error. */
export function withExit(end: RunEnd, exit: ExitStatus | null, { standardError, standardErrorBytes }: PrintedOutput): RunEnd {
  if (end.output === null) return end
  const { code = null, signal = null } = exit ?? {}
  return { ...end, output: { ...end.output, exit: { code, signal, standardError, standardErrorBytes } } }
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

/**
 * The agent died or stopped during the run. `killed` is null if nothing was left to kill; `printed` is what this agent
 * process had read, if it had started the run.
 */
export function interrupted(killed: KillProof | null, printed: string | null = null): RunEnd {
  const message = 'the agent died or stopped under the run: it may have run wholly, partly or not at all'
  const failure = { code: 'INTERRUPTED', message: printed === null ? message : withPrinted(message, printed) }
  return { outcome: 'FAILED', failure, output: failedOutput(`app exec error : ${message}`), killed }
}
