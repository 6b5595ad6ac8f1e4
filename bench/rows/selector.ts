import { performance } from 'node:perf_hooks'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { launched } from '@elves/standalone/launched.ts'
import type { ClusterRow } from '../bench.ts'
import { figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'
import { generateAgents } from '../growth/generated-agents.ts'
import { projected } from '../growth/projected.ts'
import { temporaryPlatform } from '../temporary-platform.ts'

const agents = 50_000
const requests = 100

/** What people select: many agents, few, one, none, by sets and by what agents do not have. Each asks for something that an index has. */
const selectors = [
  'env=prod',
  'env=prod,region in (r1,r2)',
  'env in (prod,test),!canary',
  'rack=rack-77',
  'env!=prod,rack=rack-77',
  'app=app-3,env=prod',
  'canary,region notin (r1,r2,r3)',
  'name=host-4321',
  'env=nowhere',
  '',
]
/** Nobody has what it asks for, and no index has what agents lack: all agents are read. */
const absence = '!env'

function labelsOf(index: number): Record<string, string> {
  const env = ['prod', 'prod', 'prod', 'test', 'dev'][index % 5] ?? ''
  return { env, region: `r${index % 10}`, rack: `rack-${index % 1_000}`, ...(index % 100 === 7 && { canary: 'yes' }) }
}

/**
 * Pages of 50 of the agents that a selector selects, of 50 000 with labels, through GraphQL, one request after the other: the p99 of
 * each selector, and of those the worst; apart, that of a selector that no index answers. Baseline: the p99 of a query that reads nothing.
 */
export const selectorRow: ClusterRow = {
  names: ['selector-50000', 'selector-50000-absence'],
  async measure({ runs, progress }) {
    const platform = await temporaryPlatform((where) => launched(where))
    const client = graphqlClient(platform.launched.ready, 1)
    try {
      progress(`writing ${agents} agents`)
      const store = await postgresEventStore({ connectionString: platform.databaseUrl, logger: silentLogger })
      await generateAgents(store, agents, { labels: labelsOf })
      const { sequence: last } = parsePosition(await store.head())
      await store.close()
      progress('waiting for the read models')
      await projected(platform.database, last)
      await platform.database.query('vacuum analyze')
      const page = async (selector: string) => {
        await client.request('query ($selector: String!) { agents(filter: { selector: $selector }, first: 50) { nodes { id ip labels } } }', {
          selector,
        })
      }
      const [ours, lacking, bare]: [number[], number[], number[]] = [[], [], []]
      for (let run = 0; run < runs; run++) {
        bare.push(await p99(() => client.request('{ __typename }')))
        const each: number[] = []
        for (const selector of selectors) {
          each.push(await p99(() => page(selector)))
          progress(`${JSON.stringify(selector)}: p99 ${(each.at(-1) ?? 0).toFixed(1)} ms, run ${run + 1} of ${runs}`)
        }
        ours.push(Math.max(...each))
        lacking.push(await p99(() => page(absence)))
      }
      return [figure('selector-50000', 'ms', ours, bare), figure('selector-50000-absence', 'ms', lacking, bare)]
    } finally {
      await client.close()
      await platform.stop()
    }
  },
}

async function p99(ask: () => Promise<unknown>): Promise<number> {
  await ask()
  const taken: number[] = []
  for (let request = 0; request < requests; request++) {
    const startedAt = performance.now()
    await ask()
    taken.push(performance.now() - startedAt)
  }
  return quantile(taken, 0.99)
}
