import { kafkaRoundTrips } from '../baselines/raw-kafka.ts'
import type { ClusterRow } from '../bench.ts'
import { startCluster } from '../cluster.ts'
import { figure, quantile } from '../figure.ts'
import { withSubscriber } from './event-to-subscription.ts'

const tasksPerRun = 300

/** Like `event-to-subscription-p50`, over relay, Kafka and a projection-service; baseline: produce, consume, produce, consume. */
export const kafkaEventToSubscription: ClusterRow = {
  names: ['kafka-event-to-subscription-p50', 'kafka-event-to-subscription-p99'],
  async measure({ runs, progress }) {
    const cluster = await startCluster()
    const ours: number[][] = []
    const raw: number[][] = []
    try {
      await withSubscriber(cluster.ready, async (latencies) => {
        for (let run = 0; run < runs; run++) {
          progress(`event to subscription over Kafka, run ${run + 1} of ${runs}`)
          raw.push(await kafkaRoundTrips(cluster.ready.kafkaBrokers, tasksPerRun))
          ours.push(await latencies(tasksPerRun))
        }
      })
    } finally {
      await cluster.remove()
    }
    const at = (share: number, all: number[][]) => all.map((durations) => quantile(durations, share))
    return [
      figure('kafka-event-to-subscription-p50', 'ms', at(0.5, ours), at(0.5, raw)),
      figure('kafka-event-to-subscription-p99', 'ms', at(0.99, ours), at(0.99, raw)),
    ]
  },
}
