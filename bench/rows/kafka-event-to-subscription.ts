import { kafkaRoundTrips } from '../baselines/raw-kafka.ts'
import type { OneClusterRow } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { withSubscriber } from './event-to-subscription.ts'

const tasksPerRun = 300

/** Like `event-to-subscription-p50`, over relay, Kafka and a projection-service; baseline: produce, consume, produce, consume. */
export const kafkaEventToSubscription: OneClusterRow = {
  names: ['kafka-event-to-subscription-p50', 'kafka-event-to-subscription-p99'],
  async measure({ cluster, runs, progress }) {
    const ours: number[][] = []
    const raw: number[][] = []
    await withSubscriber(cluster.ready, async (latencies) => {
      for (let run = 0; run < runs; run++) {
        progress(`event to subscription over Kafka, run ${run + 1} of ${runs}`)
        raw.push(await kafkaRoundTrips(cluster.ready.kafkaBrokers, tasksPerRun))
        ours.push(await latencies(tasksPerRun))
      }
    })
    const at = (share: number, all: number[][]) => all.map((durations) => quantile(durations, share))
    return [
      figure('kafka-event-to-subscription-p50', 'ms', at(0.5, ours), at(0.5, raw)),
      figure('kafka-event-to-subscription-p99', 'ms', at(0.99, ours), at(0.99, raw)),
    ]
  },
}
