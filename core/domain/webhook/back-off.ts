/** When a delivery that failed is tried again. Times are ms. */
export interface BackOff {
  /** Before the second attempt; each further delay is twice as long. */
  readonly firstMs: number
  readonly longestMs: number
  /** A delivery whose first attempt is longer ago has failed for good. */
  readonly giveUpMs: number
}

/** By how much a delay differs at most, so that what failed together is not tried together. */
const spread = 0.1

/**
 * Returns when an attempt follows that failed at `now` as the `attempts`th; null where none does any more. `random` is in [0, 1).
 * The last attempt comes when the time is over, not a whole delay before.
 */
export function nextAttemptAt(
  backOff: BackOff,
  failed: { readonly attempts: number; readonly firstAt: number; readonly now: number },
  random: number,
): number | null {
  const { firstMs, longestMs, giveUpMs } = backOff
  const { attempts, firstAt, now } = failed
  const endsAt = firstAt + giveUpMs
  if (now >= endsAt) return null
  const delayMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 40))
  return Math.min(endsAt, Math.round(now + delayMs * (1 - spread + 2 * spread * random)))
}
