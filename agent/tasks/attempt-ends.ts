import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput, inlineText } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import type { CenterClock } from '../link/center-clock.ts'
import type { RunEnd } from '../runner/worker-call.ts'

/** The agent refuses: the worker surely never started. */
export function refusedEnd(code: FailureCode, message: string): RunEnd {
  return { outcome: 'REJECTED', failure: { code, message }, output: failedOutput(`app exec error : ${message}`), killed: null }
}

/** The attempt's time to start was over; `why` says why it had to wait, if it had to. */
export function expired(why: string | null = null): RunEnd {
  return refusedEnd('EXPIRED', `its start deadline was over before the agent could start it${why === null ? '' : `: ${why}`}`)
}

/** The instruction came, or the attempt was about to start, while the agent stops. */
export function stopping(): RunEnd {
  return refusedEnd('AGENT_STOPPING', 'the agent is shutting down')
}

/** Cancelled, and surely never started. */
export const cancelledUnstarted: RunEnd = { outcome: 'CANCELLED', failure: null, output: null, killed: null }

/** What the judgement of an instruction stands on. */
export interface Judging {
  readonly journal: { readonly journalId: string }
  readonly clock: Pick<CenterClock, 'now' | 'isSynchronized'>
}

/** Returns the end of an instruction that the agent does not take; null if it takes it. */
export function instructionRefusal(task: RunTask, { journal, clock }: Judging, isStopping: boolean): RunEnd | null {
  if (task.journalId !== journal.journalId) return refusedEnd('JOURNAL_CHANGED', 'the instruction was for an earlier journal of this agent')
  // While the clock is not synchronized, this is left to the check before the start.
  if (clock.isSynchronized() && clock.now() > task.notAfter) return expired()
  if (isStopping) return stopping()
  if (task.param && inlineText(task.param) === null) return refusedEnd('WORKER_SPAWN', 'this agent can read only inline parameters')
  return null
}
