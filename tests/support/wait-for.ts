import { setTimeout as delay } from 'node:timers/promises'

export interface WaitFor {
  /** How long to wait before it counts as failed; generous, it costs nothing where the condition holds. */
  readonly timeoutMs?: number
  readonly everyMs?: number
  /** What is waited for, for the message. */
  readonly what?: string
}

/** Asks again and again until the answer is neither false, null nor undefined, and gives it back; throws after the time. */
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
