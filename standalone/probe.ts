import { pause } from '@elves/core/foundation/waiting.ts'

/** What a probe found: it works, it says itself that it can not, or it says nothing in time. */
export type ProbeAnswer = 'well' | 'broken' | 'silent'

/** How to ask something whether it can do its work. */
export interface Probe<Kept> {
  /** Must resolve in time by itself. One answer alone decides nothing. */
  ask(kept: Kept): Promise<ProbeAnswer>
  readonly everyMs?: number
  /** Whether silence counts only when it has answered once: it may take long to start, and nothing is known of that. */
  readonly isSlowToStart?: boolean
  /** So often in a row "broken", and it is unfit. */
  readonly brokenTimes?: number
  /** "Silent" without a break for so long, and it is unfit. */
  readonly silentMs?: number
}

/**
 * Resolves with the reason when something has been unfit for long enough to be started anew; null when the signal is
 * aborted before. A busy machine must not count as a fault of what is asked: silence has to last for a minute, and a
 * round in which this process itself came late says nothing.
 */
export async function untilUnfit<Kept>(kept: Kept, probe: Probe<Kept>, signal: AbortSignal): Promise<string | null> {
  const { everyMs = 5_000, isSlowToStart = false, brokenTimes = 3, silentMs = 60_000 } = probe
  let mayBeSilent = isSlowToStart
  let broken = 0
  let silentSince: number | null = null
  while (!signal.aborted) {
    const before = performance.now()
    await pause(everyMs, signal)
    if (signal.aborted) return null
    const isLate = performance.now() - before > 2 * everyMs + 1_000
    const askedAt = performance.now()
    const answer = await probe.ask(kept)
    if (answer === 'well') mayBeSilent = false
    if (isLate || answer === 'well' || (answer === 'silent' && mayBeSilent)) {
      broken = 0
      silentSince = null
      continue
    }
    broken = answer === 'broken' ? broken + 1 : 0
    silentSince = answer === 'silent' ? (silentSince ?? askedAt) : null
    if (broken >= brokenTimes) return `it said ${broken} times in a row that it can not work`
    if (silentSince !== null && performance.now() - silentSince >= silentMs) return `it has not answered for ${Math.round(silentMs / 1000)} s`
  }
  return null
}
