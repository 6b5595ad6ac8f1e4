import { performance } from 'node:perf_hooks'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { ClusterRow } from '../bench.ts'
import { startCenter } from '../center.ts'
import { figure, quantile } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { generateAgents } from '../growth/generated-agents.ts'
import { generateSchedules } from '../growth/generated-schedules.ts'
import { generateTasks } from '../growth/generated-tasks.ts'
import { projected } from '../growth/projected.ts'
import { adminToken, asking, newUser } from '../people.ts'

const agents = 5_000
/** One agent of so many is the user's. */
const share = 100
const requests = 100

/** What the pages of a browser ask for. */
const lists = {
  tasks: '{ tasks(first: 50) { nodes { id app func state agentIp requestedAt } pageInfo { endCursor } } }',
  ended: '{ tasks(filter: { states: [FAILED] }, first: 50) { nodes { id state } } }',
  app: '{ tasks(filter: { apps: ["app-3"] }, first: 50) { nodes { id app } } }',
  running: '{ tasks(filter: { states: [RUNNING, DISPATCHED, WAITING] }, first: 50) { nodes { id } } }',
  queues: '{ queues(first: 50) { nodes { id state counts { state count } } } }',
  schedules: '{ schedules(first: 50) { nodes { id name state } } }',
  agents: '{ agents(first: 50) { nodes { id ip } } }',
} as const

/**
 * Lists of somebody who may see one agent of a hundred, on a platform that has grown (`--growth-tasks`): the p99 of each list, and of those the
 * worst. Baseline: the same lists of somebody who may see everything.
 */
export const listsOfAUser: ClusterRow = {
  names: ['lists-of-a-user-p99'],
  async measure({ runs, growthTasks, progress }) {
    const center = await startCenter({ ELVES_AUTH: 'users' })
    const clients: GraphqlClient[] = []
    try {
      progress(`writing ${growthTasks} tasks`)
      const store = await postgresEventStore({ connectionString: center.databaseUrl, logger: silentLogger })
      await generateAgents(store, agents, { labels: (index) => ({ share: String(index % share) }) })
      await generateSchedules(store)
      await generateTasks(store, { tasks: growthTasks, agents }, () => undefined)
      const { sequence: last } = parsePosition(await store.head())
      await store.close()
      progress('waiting for the read models')
      await projected(center.database, last)
      await center.database.query('vacuum analyze')
      const admin = await adminToken(center)
      const some = await newUser(center, admin, { name: 'some', roles: [] })
      const all = await newUser(center, admin, { name: 'all', roles: ['operator'] })
      const input = { subject: { kind: 'USER', id: some.id }, permission: 'VIEW', agents: 'share=7' }
      await asking(center, admin, 'mutation ($input: GrantInput!) { grant(input: $input) { refusal { code } } }', { input })
      const [ofSome, ofAll] = [some, all].map(({ token }) => graphqlClient({ ...center, token }, 1)) as [GraphqlClient, GraphqlClient]
      clients.push(ofSome, ofAll)
      await shown(ofSome)
      const [worst, baseline]: [number[], number[]] = [[], []]
      for (let run = 0; run < runs; run++) {
        const took: Record<'some' | 'all', number[]> = { some: [], all: [] }
        for (const [name, query] of Object.entries(lists)) {
          took.all.push(await p99(ofAll, query))
          took.some.push(await p99(ofSome, query))
          progress(`${name}: p99 ${(took.some.at(-1) ?? 0).toFixed(1)} ms, of all ${(took.all.at(-1) ?? 0).toFixed(1)}, run ${run + 1} of ${runs}`)
        }
        worst.push(Math.max(...took.some))
        baseline.push(Math.max(...took.all))
      }
      return [figure('lists-of-a-user-p99', 'ms', worst, baseline)]
    } finally {
      for (const client of clients) await client.close()
      await center.stop()
    }
  },
}

/** Throws where the user sees nothing, or what is not his: then the row measures something else. */
async function shown(client: GraphqlClient): Promise<void> {
  const { tasks } = await client.request<{ tasks: { nodes: { agent: { labels: { share: string } } | null }[] } }>(
    '{ tasks(first: 100) { nodes { agent { labels } } } }',
  )
  const isOwn = tasks.nodes.length > 0 && tasks.nodes.every(({ agent }) => agent === null || agent.labels.share === '7')
  if (!isOwn) throw new Error('the user does not see just his own tasks')
}

async function p99(client: GraphqlClient, query: string): Promise<number> {
  await client.request(query)
  const taken: number[] = []
  for (let request = 0; request < requests; request++) {
    const startedAt = performance.now()
    await client.request(query)
    taken.push(performance.now() - startedAt)
  }
  return quantile(taken, 0.99)
}
