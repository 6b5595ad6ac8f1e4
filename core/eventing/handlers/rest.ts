import { pause } from '../../foundation/waiting.ts'

// Measured on 2 cores with one client that runs one task after the other: without it three quarters of the center's CPU went
// into the projectors' transactions, and in a cluster half of it into a relay's batch for each append.
const restShare = 3
const longestRestMs = 25

/**
 * Who follows the log live rests for as many times as long as its last batch took. What comes meanwhile is gathered: a
 * steady trickle of events costs a share of a core, not a batch each.
 */
export async function restAfter(tookMs: number, signal: AbortSignal): Promise<void> {
  await pause(Math.min(tookMs * restShare, longestRestMs), signal)
}
