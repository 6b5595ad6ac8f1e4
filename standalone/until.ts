import { setTimeout as delay } from 'node:timers/promises'

/** Asks every 20 ms; true as soon as the condition holds, false where it does not within the time. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs
  for (;;) {
    if (await condition()) return true
    if (performance.now() >= end) return false
    await delay(20)
  }
}
