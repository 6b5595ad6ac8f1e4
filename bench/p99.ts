import { performance } from 'node:perf_hooks'
import { quantile } from './figure.ts'

/** Returns the p99 of so many requests, one after the other, in ms. One before them is not counted. */
export async function p99(ask: () => Promise<unknown>, count = 100): Promise<number> {
  await ask()
  const taken: number[] = []
  for (let request = 0; request < count; request++) {
    const startedAt = performance.now()
    await ask()
    taken.push(performance.now() - startedAt)
  }
  return quantile(taken, 0.99)
}
