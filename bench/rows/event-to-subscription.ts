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
 * From the moment that the store gives an event its time until a subscriber has it. This includes the append's own commit, and up
 * to 1 ms too much, because times have whole ms. Baseline: a bare insert with NOTIFY, until its listener has it.
 */
export const eventToSubscription: Row = {
  names: ['event-to-subscription-p50'],
  async measure({ center, runs, progress }) {
    const ours: number[][] = []
    const raw: number[] = []
    await withSubscriber(center, async (latencies) => {
      for (let run = 0; run < runs; run++) {
        progress(`event to subscription, run ${run + 1} of ${runs}`)
        raw.push(await rawNotifications(center.database, tasksPerRun))
        ours.push(await latencies(tasksPerRun))
      }
    })
    const p50 = ours.map((latencies) => quantile(latencies, 0.5))
    return [figure('event-to-subscription-p50', 'ms', p50, raw)]
  },
}

/** The parts of a platform that the measurement uses. */
type Doors = Pick<Bench['center'], 'gatewayUrl' | 'graphqlUrl' | 'subscriptionsUrl' | 'token'>

/** Passes `use` a function that runs tasks one after the other, and returns the ms from each end's recording to the subscriber. */
export async function withSubscriber(doors: Doors, use: (latencies: (tasks: number) => Promise<number[]>) => Promise<void>): Promise<void> {
  const agents = await simulatedAgents(doors, 1, 4)
  const agent = agents.ready.agentIds[0] ?? ''
  const client = graphqlClient(doors, 1)
  const subscriber = createClient({
    url: doors.subscriptionsUrl,
    connectionParams: { authorization: `Bearer ${doors.token}` },
    webSocketImpl: WebSocket,
    lazy: false,
  })
  let heard: number[] = []
  const items = subscriber.iterate<{ eventAppended: { recordedAt: string } }>({ query: subscription })
  const reading = (async () => {
    for await (const { data } of items) {
      if (data) heard.push(performance.timeOrigin + performance.now() - Date.parse(data.eventAppended.recordedAt))
    }
  })()
  try {
    await roundTrips(client, agent, 50, 'bench-subscription')
    await use(async (tasks) => {
      heard = []
      await roundTrips(client, agent, tasks, 'bench-subscription')
      return heard
    })
  } finally {
    await items.return?.()
    await reading
    await subscriber.dispose()
    await client.close()
    await agents.stop()
  }
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
