import { swarm } from './swarm/swarm.ts'

/**
 * `simulated-agents-child.ts GATEWAY_URL COUNT SEED [FOLDER]`: simulated agents that answer at once; reports their ids when all are
 * connected. With a folder for packages they take apps.
 */
const [url = '', count = '0', seed = '0', folder] = process.argv.slice(2)
const agents = swarm({ url, agents: Number(count), seed: Number(seed), ...(folder !== undefined && { apps: { folder } }) })
process.on('SIGTERM', async () => {
  await agents.stop()
  process.exit(0)
})
await agents.ready
process.send?.({ agentIds: agents.agentIds, ips: agents.ips })
