import { kafkaRoundTrips } from '../baselines/raw-kafka.ts'
import type { OneClusterRow } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { roundTrips } from './task-roundtrip.ts'

const tasksPerRun = 1000

/** One client, one task after the other, on an agent on Kafka that answers at once; baseline: produce, consume, produce, consume. */
export const kafkaTaskRoundtrip: OneClusterRow = {
  names: ['kafka-task-roundtrip-p50', 'kafka-task-roundtrip-p99'],
  async measure({ cluster, runs, progress }) {
    const { kafkaBrokers, gatewayUrl } = cluster.ready
    const agents = await simulatedAgents({ gatewayUrl, kafkaBrokers }, 1, 1)
    const client = graphqlClient(cluster.ready, 1)
    const agent = agents.ready.agentIds[0] ?? ''
    const ours: number[][] = []
    const raw: number[][] = []
    try {
      await roundTrips(client, agent, 300)
      for (let run = 0; run < runs; run++) {
        progress(`task round trip over Kafka, run ${run + 1} of ${runs}`)
        raw.push(await kafkaRoundTrips(kafkaBrokers, tasksPerRun))
        ours.push(await roundTrips(client, agent, tasksPerRun))
      }
    } finally {
      await client.close()
      await agents.stop()
    }
    const at = (share: number, all: number[][]) => all.map((durations) => quantile(durations, share))
    return [
      figure('kafka-task-roundtrip-p50', 'ms', at(0.5, ours), at(0.5, raw)),
      figure('kafka-task-roundtrip-p99', 'ms', at(0.99, ours), at(0.99, raw)),
    ]
  },
}
