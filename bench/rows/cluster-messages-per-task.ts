import { setTimeout as pause } from 'node:timers/promises'
import type { OneClusterRow } from '../bench.ts'
import type { Cluster } from '../cluster.ts'
import { type Figure, figure, quantile } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { treeCpuMs } from '../process-usage.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { type Counted, countedConnections, messagesBetween } from '../socket-messages.ts'
import { roundTrips } from './task-roundtrip.ts'

const tasksPerRun = 300
const idleMs = 3_000
const services = ['command-service', 'gateway', 'projection-service', 'query-service'] as const
const links = ['gateway', 'kafka'] as const

/** One measurement of everything, by name of its figure. */
type Sample = Readonly<Record<string, { readonly value: number; readonly unit: string }>>

/**
 * One client, one task after the other, on an agent at a gateway and on one on Kafka: the messages (writes to a socket, both
 * directions) between each service and the broker or Postgres, and the CPU of each process, for each task. Idle messages are
 * by the second.
 */
export const clusterMessagesPerTask: OneClusterRow = {
  names: ['cluster-messages-per-task'],
  async measure({ cluster, runs, progress }) {
    const { kafkaBrokers, gatewayUrl } = cluster.ready
    const client = graphqlClient(cluster.ready, 1)
    const samples: Sample[] = []
    try {
      for (const link of links) {
        const agents = await simulatedAgents(link === 'kafka' ? { gatewayUrl, kafkaBrokers } : { gatewayUrl }, 1, link === 'kafka' ? 5 : 6)
        const agent = agents.ready.agentIds[0] ?? ''
        await roundTrips(client, agent, 200)
        for (let run = 0; run < runs; run++) {
          progress(`messages of a task over ${link}, run ${run + 1} of ${runs}`)
          samples.push(await ofTasks(cluster, client, agent, link))
        }
        await agents.stop()
      }
      for (let run = 0; run < runs; run++) samples.push(await ofIdleTime(cluster))
    } finally {
      await client.close()
    }
    return figuresOf(samples)
  },
}

async function ofTasks(cluster: Cluster, client: GraphqlClient, agent: string, link: string): Promise<Sample> {
  const cpuBefore = await cpuOf(cluster)
  const between = await messagesOf(cluster)
  const durations = await roundTrips(client, agent, tasksPerRun)
  const messages = await between()
  const cpuAfter = await cpuOf(cluster)
  const cpu = Object.entries(cpuAfter).map(([name, ms]) => [name, ms - (cpuBefore[name] ?? 0)] as const)
  const perTask = (value: number, unit: string) => ({ value: value / tasksPerRun, unit })
  const total = (values: readonly (readonly [string, number])[]) => values.reduce((sum, [, value]) => sum + value, 0)
  return {
    [`cluster-messages-per-task.over-${link}`]: perTask(total(messages), 'messages'),
    ...Object.fromEntries(messages.map(([name, count]) => [`cluster-messages-per-task.over-${link}.${name}`, perTask(count, 'messages')])),
    [`cluster-cpu-per-task.over-${link}`]: perTask(total(cpu), 'ms'),
    ...Object.fromEntries(cpu.map(([name, ms]) => [`cluster-cpu-per-task.over-${link}.${name}`, perTask(ms, 'ms')])),
    [`cluster-task-p50.over-${link}`]: { value: quantile(durations, 0.5), unit: 'ms' },
  }
}

async function ofIdleTime(cluster: Cluster): Promise<Sample> {
  const between = await messagesOf(cluster)
  await pause(idleMs)
  const messages = await between()
  const perSecond = (count: number) => ({ value: (count * 1000) / idleMs, unit: 'messages/s' })
  return Object.fromEntries(messages.map(([name, count]) => [`cluster-idle-messages.${name}`, perSecond(count)]))
}

/** Counts from now until the function that it resolves with is called; that returns the messages by service and server. */
async function messagesOf(cluster: Cluster): Promise<() => Promise<(readonly [string, number])[]>> {
  const brokerPort = Number(cluster.ready.kafkaBrokers.split(':').at(-1))
  const databasePort = Number(new URL(String(cluster.database.options.connectionString)).port)
  const count = (): Promise<Counted> => countedConnections([brokerPort, databasePort])
  const before = await count()
  return async () => {
    const after = await count()
    return services.flatMap((service) =>
      (
        [
          ['broker', brokerPort],
          ['postgres', databasePort],
        ] as const
      ).flatMap(([server, port]) => {
        const { sent, received } = messagesBetween(before, after, cluster.ready.pids[service], port)
        return [
          [`${service}.to-${server}`, sent],
          [`${service}.from-${server}`, received],
        ] as const
      }),
    )
  }
}

/** CPU of each service, of the broker and of Postgres so far, in ms. */
async function cpuOf(cluster: Cluster): Promise<Record<string, number>> {
  const { pids } = cluster.ready
  const processes = { ...Object.fromEntries(services.map((name) => [name, pids[name]])), broker: pids.kafka, postgres: [pids.postgres ?? 0] }
  const entries = Object.entries(processes).map(async ([name, all]) => {
    const each = await Promise.all(all.map(treeCpuMs))
    return [name, each.reduce((sum, ms) => sum + ms, 0)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

function figuresOf(samples: readonly Sample[]): Figure[] {
  const names = new Set(samples.flatMap((sample) => Object.keys(sample)))
  return [...names].map((name) => {
    const values = samples.flatMap((sample) => sample[name] ?? [])
    return figure(
      name,
      values[0]?.unit ?? '',
      values.map(({ value }) => value),
      [],
    )
  })
}
