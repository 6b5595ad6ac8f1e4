/** The center's clock, as the agent estimates it. */
export interface CenterClock {
  /** Ms since the epoch, whole. Before the first sample it is the agent's own clock. */
  now(): number
  /** Whether the center has told its time in this process: before, nothing may be judged by `notAfter`. */
  isSynchronized(): boolean
  /** The center said `centerMs` somewhere between two readings of the monotonic clock. */
  sample(centerMs: number, sentAtMs: number, receivedAtMs: number): void
}

/** How far the two clocks may drift apart in a ms: a good sample loses its worth slowly. */
const driftPerMs = 0.0002

/**
 * Counts on the agent's monotonic clock, so that a wall clock that is wrong, or is set right, moves nothing. Of the
 * samples it keeps the one with the narrowest bound: half its round trip, plus what may have drifted since.
 */
export function centerClock(monotonicMs: () => number = () => performance.now()): CenterClock {
  let best: { offsetMs: number; boundMs: number; at: number } | null = null
  return {
    now: () => Math.round(best ? monotonicMs() + best.offsetMs : Date.now()),
    isSynchronized: () => best !== null,
    sample(centerMs, sentAtMs, receivedAtMs) {
      const boundMs = (receivedAtMs - sentAtMs) / 2
      if (best && boundMs > best.boundMs + (receivedAtMs - best.at) * driftPerMs) return
      best = { offsetMs: centerMs - (sentAtMs + receivedAtMs) / 2, boundMs, at: receivedAtMs }
    },
  }
}
