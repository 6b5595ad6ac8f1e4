import { setTimeout as delay } from 'node:timers/promises'

export interface WaitFor {
  /** How long to wait before it fails. Be generous: a long limit costs nothing if the condition holds. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  /** Name of the condition, for the error message. */
  readonly what?: string
}

/** Calls `condition` until it returns a value other than false, null and undefined, and returns that; throws when the time is up. */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitFor = {}): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = 15_000, everyMs = 10, what = 'the condition' } = options
  const end = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await condition()
      if (answer !== false && answer !== null && answer !== undefined) return answer as Exclude<T, false | null | undefined>
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() >= end) throw new Error(`waited ${timeoutMs} ms for ${what}; last: ${String(last)}`, { cause: last })
    await delay(everyMs)
  }
}
