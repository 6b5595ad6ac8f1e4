import { setTimeout as delay } from 'node:timers/promises'

/** Looks again and again, less and less often, until the condition holds (true) or the time is over (false). */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 1.5, 50)) {
    if (await condition()) return true
    const leftMs = giveUpAt - performance.now()
    if (leftMs <= 0) return false
    await delay(Math.min(waitMs, leftMs))
  }
}
