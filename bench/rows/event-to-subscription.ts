import { performance } from 'node:perf_hooks'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Bench, Row } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { roundTrips } from './task-roundtrip.ts'

const tasksPerRun = 300
const subscription = 'subscription { eventAppended(filter: { types: ["TaskSucceeded"], apps: ["bench-subscription"] }) { recordedAt } }'

/**
 * From the moment that the store gives an event its time until a subscriber has it, so the append's own commit is in it
 * (times have whole ms: up to 1 ms too much); against a bare insert with NOTIFY, until its listener has it.
 */
export const eventToSubscription: Row = {
  names: ['event-to-subscription-p50'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center.gatewayUrl, 1, 4)
    const client = graphqlClient(center.graphqlUrl, 1)
    const subscriber = createClient({ url: center.subscriptionsUrl, webSocketImpl: WebSocket, lazy: false })
    const latencies: number[] = []
    const items = subscriber.iterate<{ eventAppended: { recordedAt: string } }>({ query: subscription })
    const reading = (async () => {
      for await (const { data } of items) {
        if (data) latencies.push(performance.timeOrigin + performance.now() - Date.parse(data.eventAppended.recordedAt))
      }
    })()
    const ours: number[] = []
    const raw: number[] = []
    try {
      await roundTrips(client, agents.ready.agentIds[0] ?? '', 50, 'bench-subscription')
      for (let run = 0; run < runs; run++) {
        progress(`event to subscription, run ${run + 1} of ${runs}`)
        raw.push(await rawNotifications(center.database, tasksPerRun))
        latencies.length = 0
        await roundTrips(client, agents.ready.agentIds[0] ?? '', tasksPerRun, 'bench-subscription')
        ours.push(quantile(latencies, 0.5))
      }
    } finally {
      await items.return?.()
      await reading
      await subscriber.dispose()
      await client.close()
      await agents.stop()
    }
    return [figure('event-to-subscription-p50', 'ms', ours, raw)]
  },
}

async function rawNotifications(database: Bench['center']['database'], count: number): Promise<number> {
  const [writer, listener] = [await database.connect(), await database.connect()]
  await writer.query('create table if not exists bench_notified (at bigint)')
  await listener.query('listen bench_notified')
  const durations: number[] = []
  try {
    for (let index = 0; index < count; index++) {
      const heard = new Promise<void>((resolve) => listener.once('notification', () => resolve()))
      const startedAt = performance.now()
      await writer.query("with row as (insert into bench_notified values (1) returning at) select pg_notify('bench_notified', '') from row")
      await heard
      durations.push(performance.now() - startedAt)
    }
    return quantile(durations, 0.5)
  } finally {
    await listener.query('unlisten bench_notified')
    await writer.query('drop table bench_notified')
    writer.release()
    listener.release()
  }
}
