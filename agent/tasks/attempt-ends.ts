import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { RunEnd } from '../runner/worker-call.ts'

/** The agent refuses: the worker surely never started. */
export function refused(code: FailureCode, message: string): RunEnd {
  return { outcome: 'REJECTED', failure: { code, message }, output: failedOutput(`app exec error : ${message}`), killed: null }
}

/** Its time to start was over. */
export function expired(): RunEnd {
  return refused('EXPIRED', 'its start deadline was over before the agent could start it')
}

/** It came while the agent stops. */
export function stopping(): RunEnd {
  return refused('AGENT_STOPPING', 'the agent is shutting down')
}

/** Cancelled, and surely never started. */
export const cancelledUnstarted: RunEnd = { outcome: 'CANCELLED', failure: null, output: null, killed: null }

/** The agent died or stopped under it. `killed` is null where nothing was left to kill. */
export function interrupted(killed: KillProof | null): RunEnd {
  const message = 'the agent died or stopped under the run: it may have run wholly, partly or not at all'
  return { outcome: 'FAILED', failure: { code: 'INTERRUPTED', message }, output: failedOutput(`app exec error : ${message}`), killed }
}
