/** 1, 2 and 5 of each power of ten, from 10 ms to a bit more than 11 days. */
const bounds = Array.from({ length: 9 }, (_, index) => 10 ** (index + 1)).flatMap((power) => [power, 2 * power, 5 * power])
const last = bounds.at(-1) ?? 0

/** Returns the end of the range that a duration is in; what is longer than all of them is in the last. */
export function upToMs(ms: number): number {
  return bounds.find((bound) => ms <= bound) ?? last
}

/** Runs whose durations are in the same range. */
export interface DurationRange {
  readonly upToMs: number
  readonly runs: number
}

/** Returns the end of the range in which that share of the runs has ended; at most the longest run. */
export function quantileMs(ranges: readonly DurationRange[], share: number, longestMs: number): number {
  const all = ranges.reduce((sum, { runs }) => sum + runs, 0)
  let seen = 0
  for (const range of ranges.toSorted((one, other) => one.upToMs - other.upToMs)) {
    seen += range.runs
    if (seen >= all * share) return Math.min(range.upToMs, longestMs)
  }
  return longestMs
}
