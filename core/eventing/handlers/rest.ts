import { pause } from '../../foundation/waiting.ts'

// Measured on 2 cores with one client that runs one task after the other: without the rest, three quarters of the center's CPU
// went into the projectors' transactions, and in a cluster half of it into a batch of the relay for each append.
const restShare = 3
const longestRestMs = 25

/**
 * Pauses a reader that follows the log live for a multiple of the time that its last batch took. Events gather meanwhile, so
 * a steady trickle of events costs a share of a core instead of a batch for each event.
 */
export async function restAfter(tookMs: number, signal: AbortSignal): Promise<void> {
  await pause(Math.min(tookMs * restShare, longestRestMs), signal)
}
