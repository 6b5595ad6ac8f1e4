import { asElvesError } from '@elves/core/foundation/errors.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { type SwarmOptions, swarm } from './swarm.ts'
import type { SwarmTotals } from './swarm-totals.ts'

/** What one process of a swarm tells the one that forked it. */
export type PartMessage = { readonly totals: SwarmTotals } | { readonly error: string }

// The terminal sends its Ctrl-C to all of them; the parent says when to stop.
process.on('SIGINT', () => {})
process.once('message', (options) => run(options as Omit<SwarmOptions, 'logger'>))

function run(options: Omit<SwarmOptions, 'logger'>): void {
  try {
    const part = swarm({ ...options, logger: jsonLogger('swarm', 'error') })
    const tell = (totals: SwarmTotals, done?: () => void) => process.send?.({ totals } satisfies PartMessage, undefined, undefined, done)
    const timer = setInterval(() => tell(part.totals()), 500)
    const stop = async () => {
      clearInterval(timer)
      // Connected: how many were when it was over.
      const { connected } = part.totals()
      await part.stop()
      tell({ ...part.totals(), connected }, () => process.exit(0))
    }
    process.once('message', stop)
  } catch (error) {
    process.send?.({ error: asElvesError(error).message } satisfies PartMessage, undefined, undefined, () => process.exit(1))
  }
}
