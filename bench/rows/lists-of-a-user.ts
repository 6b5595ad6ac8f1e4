import { randomHexId } from '@elves/core/foundation/ids.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import type { OwnRow } from '../bench.ts'
import { startCenter } from '../center.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { grownPlatform } from '../growth/grown-platform.ts'
import { p99 } from '../p99.ts'
import { adminToken, commanding, newUser } from '../people.ts'

const agents = 5_000
const longestGrantMs = 10_000

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
export const listsOfAUser: OwnRow = {
  names: ['lists-of-a-user-p99'],
  async measure({ runs, growthTasks, growthData, progress }) {
    const grown = await grownPlatform(growthData, { tasks: growthTasks, agents, schedules: 0 }, progress)
    const center = await startCenter({ ELVES_AUTH: 'users' }, grown.dataDir)
    const clients: GraphqlClient[] = []
    try {
      const admin = await adminToken(center)
      // A platform that is kept has those of earlier runs.
      const suffix = randomHexId().toLowerCase()
      const some = await newUser(center, admin, { name: `some-${suffix}`, roles: [] })
      const all = await newUser(center, admin, { name: `all-${suffix}`, roles: ['operator'] })
      const input = { subject: { kind: 'USER', id: some.id }, permission: 'VIEW', agents: 'share=7' }
      await commanding(center, admin, 'mutation ($input: GrantInput!) { it: grant(input: $input) { refusal { code } } }', { input })
      const [ofSome, ofAll] = [some, all].map(({ token }) => graphqlClient({ ...center, token }, 1)) as [GraphqlClient, GraphqlClient]
      clients.push(ofSome, ofAll)
      await granted(ofSome)
      const [worst, baseline]: [number[], number[]] = [[], []]
      for (let run = 0; run < runs; run++) {
        const took: Record<'some' | 'all', number[]> = { some: [], all: [] }
        for (const [name, query] of Object.entries(lists)) {
          took.all.push(await p99(() => ofAll.request(query)))
          took.some.push(await p99(() => ofSome.request(query)))
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

/** Resolves when the query side knows of the grant. Throws as {@link shown} does. */
async function granted(client: GraphqlClient): Promise<void> {
  const isGranted = () =>
    client.request('{ tasks(first: 1) { nodes { id } } }').then(
      () => true,
      () => false,
    )
  if (!(await until(isGranted, longestGrantMs))) throw new Error('the user does not see anything')
  await shown(client)
}

/** Throws where the user sees nothing, or what is not his: then the row measures something else. */
async function shown(client: GraphqlClient): Promise<void> {
  const { tasks } = await client.request<{ tasks: { nodes: { agent: { labels: { share: string } } | null }[] } }>(
    '{ tasks(first: 100) { nodes { agent { labels } } } }',
  )
  const isOwn = tasks.nodes.length > 0 && tasks.nodes.every(({ agent }) => agent === null || agent.labels.share === '7')
  if (!isOwn) throw new Error('the user does not see just his own tasks')
}
