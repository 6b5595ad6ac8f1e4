import { asElvesError } from '@elves/core/foundation/errors.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { type SwarmOptions, swarm } from './swarm.ts'
import type { SwarmTotals } from './swarm-totals.ts'

/** A message from one process of a swarm to its parent. */
export type PartMessage = { readonly totals: SwarmTotals } | { readonly error: string }

// The terminal sends Ctrl-C to all of these processes; they stop only when the parent says so.
process.on('SIGINT', () => {})
process.once('message', (options) => run(options as Omit<SwarmOptions, 'logger'>))

function run(options: Omit<SwarmOptions, 'logger'>): void {
  try {
    const part = swarm({ ...options, logger: jsonLogger('swarm', 'error') })
    const tell = (totals: SwarmTotals, done?: () => void) => process.send?.({ totals } satisfies PartMessage, undefined, undefined, done)
    const timer = setInterval(() => tell(part.totals()), 500)
    const stop = async () => {
      clearInterval(timer)
      // `connected` counts the agents that were connected just before the stop.
      const { connected } = part.totals()
      await part.stop()
      tell({ ...part.totals(), connected }, () => process.exit(0))
    }
    process.once('message', stop)
  } catch (error) {
    process.send?.({ error: asElvesError(error).message } satisfies PartMessage, undefined, undefined, () => process.exit(1))
  }
}
