import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { RunEnd } from '../runner/worker-call.ts'

/** The agent refuses: the worker surely never started. */
export function refusedEnd(code: FailureCode, message: string): RunEnd {
  return { outcome: 'REJECTED', failure: { code, message }, output: failedOutput(`app exec error : ${message}`), killed: null }
}

/** Its time to start was over; `why` it had to wait, where it had. */
export function expired(why: string | null = null): RunEnd {
  return refusedEnd('EXPIRED', `its start deadline was over before the agent could start it${why === null ? '' : `: ${why}`}`)
}

/** It came while the agent stops. */
export function stopping(): RunEnd {
  return refusedEnd('AGENT_STOPPING', 'the agent is shutting down')
}

/** Cancelled, and surely never started. */
export const cancelledUnstarted: RunEnd = { outcome: 'CANCELLED', failure: null, output: null, killed: null }
