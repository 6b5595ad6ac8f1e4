import { pause } from '@elves/core/foundation/waiting.ts'

/** A probe's result: it works (`well`), it says itself that it can not (`broken`), or it does not answer in time (`silent`). */
export type ProbeAnswer = 'well' | 'broken' | 'silent'

/** Asks an instance whether it can do its work. */
export interface Probe<Kept> {
  /** Must resolve in time by itself. A single answer does not decide. */
  ask(kept: Kept): Promise<ProbeAnswer>
  readonly everyMs?: number
  /** True: silence counts only after the first answer, because a start may take long. */
  readonly isSlowToStart?: boolean
  /** The instance is unfit after this many "broken" in a row. */
  readonly brokenTimes?: number
  /** The instance is unfit after "silent" without a break for this long. */
  readonly silentMs?: number
}

/**
 * Resolves with the reason when the instance has been unfit for long enough to be restarted; null if the signal is aborted before.
 * A busy machine must not count as a fault of the instance: silence has to last for a minute, and a round in which this
 * process itself was late does not count.
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
