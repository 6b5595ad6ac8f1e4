import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Ends a start that is no longer wanted. Throws SHUTTING_DOWN if the signal is aborted. */
export function refuseStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ElvesError('SHUTTING_DOWN', 'The start was stopped before its end.')
}
