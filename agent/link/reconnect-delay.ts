/** Failed tries in a row, and what the center said to them. */
export interface Failures {
  readonly count: number
  /** Refusals in a row because another agent has the id or the ip. */
  readonly conflicts: number
  /** The center said that trying again changes nothing. */
  readonly isHopeless: boolean
  /** The last try was refused by the host itself: it is there, and nobody listens, as while a center starts. */
  readonly isNobodyListening: boolean
}

/**
 * How long to wait before the next try, in ms. The first try comes fast, later waits double up to 10 s; up to 3 s where nobody listens,
 * because such a try costs the host two packets, and a center that starts is used that much sooner. All are random within a range, so that a fleet does not come back at the same moment. If trying again changes nothing (a wrong join
 * token), the agent tries every 30 to 60 s. If another agent has its id or ip, it tries less and less often, up to
 * every 2.5 to 5 minutes: there may be hundreds of copies of one machine template.
 */
export function reconnectDelayMs({ count, conflicts, isHopeless, isNobodyListening }: Failures, random: () => number): number {
  if (isHopeless) return between(30_000, 60_000, random)
  if (conflicts > 0) return between(5_000 * doublings(conflicts, 5), 10_000 * doublings(conflicts, 5), random)
  const longest = isNobodyListening ? { min: 1_000, max: 3_000 } : { min: 5_000, max: 10_000 }
  return between(Math.min(100 * doublings(count, 10), longest.min), Math.min(500 * doublings(count, 10), longest.max), random)
}

function doublings(count: number, most: number): number {
  return 2 ** Math.min(count - 1, most)
}

function between(min: number, max: number, random: () => number): number {
  return Math.round(min + (max - min) * random())
}
