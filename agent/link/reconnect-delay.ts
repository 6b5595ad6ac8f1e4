/**
 * How long to wait before the next try, in ms. The first comes fast, later ones double up to 10 s; all are spread, so
 * that a fleet does not come back in one moment. What trying again will not change (a wrong join token) is tried slowly.
 */
export function reconnectDelayMs(failures: number, isHopeless: boolean, random: () => number): number {
  if (isHopeless) return between(30_000, 60_000, random)
  const factor = 2 ** Math.min(failures - 1, 10)
  return between(Math.min(100 * factor, 5_000), Math.min(500 * factor, 10_000), random)
}

function between(min: number, max: number, random: () => number): number {
  return Math.round(min + (max - min) * random())
}
