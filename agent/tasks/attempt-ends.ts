import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
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
