import { setTimeout as delay } from 'node:timers/promises'

const shortestPauseMs = 10
const longestPauseMs = 200

export interface WaitFor {
  /** How long to wait before it fails. Be generous: a long limit costs nothing if the condition holds. */
  readonly timeoutMs?: number
  /** The pause between two looks. Default: a tenth of the time so far, 10 to 200 ms, so that a long wait leaves the machine to what it waits for. */
  readonly everyMs?: number
  /** Name of the condition, for the error message. */
  readonly what?: string
}

/** Calls `condition` until it returns a value other than false, null and undefined, and returns that; throws when the time is up. */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitFor = {}): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = 30_000, everyMs, what = 'the condition' } = options
  const start = performance.now()
  const end = start + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await condition()
      if (answer !== false && answer !== null && answer !== undefined) return answer as Exclude<T, false | null | undefined>
      last = answer
    } catch (error) {
      last = error
    }
    const now = performance.now()
    if (now >= end) throw new Error(`waited ${timeoutMs} ms for ${what}; last: ${String(last)}`, { cause: last })
    await delay(everyMs ?? Math.min(Math.max((now - start) / 10, shortestPauseMs), longestPauseMs))
  }
}
