/** The end of the year 9999: every date type and every database accepts it. */
export const latestInstant = 253_402_300_799_999
/** The most that the API's `costMs: Int` can carry. */
export const longestCostMs = 2_147_483_647
/** Beyond this, a number in an event is not exact. */
export const mostExact = 2 ** 52

/** Bounds a number: a broken or hostile agent may send any, and it must not stop readers of the events. */
export function bounded(reported: number, most: number): number {
  return Math.min(Math.max(reported, 0), most)
}
