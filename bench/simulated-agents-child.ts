import { swarm } from './swarm/swarm.ts'

/** `simulated-agents-child.ts GATEWAY_URL COUNT SEED`: simulated agents that answer at once; reports their ids when all are connected. */
const [url = '', count = '0', seed = '0'] = process.argv.slice(2)
const agents = swarm({ url, agents: Number(count), seed: Number(seed) })
process.on('SIGTERM', async () => {
  await agents.stop()
  process.exit(0)
})
await agents.ready
process.send?.({ agentIds: agents.agentIds, ips: agents.ips })
