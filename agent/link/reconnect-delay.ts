/** Failed tries in a row, and what the center said to them. */
export interface Failures {
  readonly count: number
  /** Refusals in a row because another agent has the id or the ip. */
  readonly conflicts: number
  /** The center said that trying again changes nothing. */
  readonly isHopeless: boolean
}

/**
 * How long to wait before the next try, in ms. The first try comes fast, later waits double up to 10 s. All are random
 * within a range, so that a fleet does not come back at the same moment. If trying again changes nothing (a wrong join
 * token), the agent tries every 30 to 60 s. If another agent has its id or ip, it tries less and less often, up to
 * every 2.5 to 5 minutes: there may be hundreds of copies of one machine template.
 */
export function reconnectDelayMs({ count, conflicts, isHopeless }: Failures, random: () => number): number {
  if (isHopeless) return between(30_000, 60_000, random)
  if (conflicts > 0) return between(5_000 * doublings(conflicts, 5), 10_000 * doublings(conflicts, 5), random)
  return between(Math.min(100 * doublings(count, 10), 5_000), Math.min(500 * doublings(count, 10), 10_000), random)
}

function doublings(count: number, most: number): number {
  return 2 ** Math.min(count - 1, most)
}

function between(min: number, max: number, random: () => number): number {
  return Math.round(min + (max - min) * random())
}
