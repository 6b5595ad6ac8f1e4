import { clusterArguments } from './cluster/arguments.ts'
import { runPlatform } from './run-platform.ts'

const { size, logLevels, components, listen } = clusterArguments(process.argv.slice(2))

/** `npm run cluster`: the cluster as processes on this machine, until Ctrl-C. */
await runPlatform({ ...process.env, ...(listen === undefined ? {} : { ELVES_LISTEN: listen }) }, async (options) => {
  const { clusterPlan } = await import('./cluster/cluster.ts')
  return clusterPlan({ ...options, size, logLevels, components })
})
