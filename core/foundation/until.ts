import { setTimeout as delay } from 'node:timers/promises'

/** Checks a condition again and again, at growing intervals. Returns true when it holds, false when the time is over. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 1.5, 50)) {
    if (await condition()) return true
    const leftMs = giveUpAt - performance.now()
    if (leftMs <= 0) return false
    await delay(Math.min(waitMs, leftMs))
  }
}
