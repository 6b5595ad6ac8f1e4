import type { Ending } from './authenticator.ts'

/** Timers hold at most 24.8 days, and do not count while a machine sleeps. */
const longestTimerMs = 3_600_000

/** Returns what tells of an instant, in ms since the epoch. Its timers do not keep the process alive. */
export function endingAt(instant: number, now: () => number = Date.now): Ending {
  return (listener) => {
    let timer: NodeJS.Timeout | undefined
    const look = () => {
      const left = instant - now()
      if (left <= 0) listener()
      else timer = setTimeout(look, Math.min(left, longestTimerMs)).unref()
    }
    look()
    return () => clearTimeout(timer)
  }
}
