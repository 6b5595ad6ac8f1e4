import { parseSelector, type Selector } from '@elves/core/domain/selectors/selector.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readAgents } from '@elves/core/read-models/agents/queries.ts'
import { boundAgents, selectAgents } from '@elves/core/read-models/agents/selection.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { readTasks } from '@elves/core/read-models/tasks/queries.ts'
import type { Visible } from '@elves/core/read-models/visible.ts'
import { launched } from '@elves/standalone/launched.ts'
import type pg from 'pg'
import type { OwnRow } from '../bench.ts'
import { type Figure, figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { generateAgents } from '../growth/generated-agents.ts'
import { generateTasks } from '../growth/generated-tasks.ts'
import { fleetLabels } from '../growth/mix.ts'
import { projected } from '../growth/projected.ts'
import { p99 } from '../p99.ts'
import { temporaryPlatform } from '../temporary-platform.ts'

const agents = 50_000
const tasks = 50_000

/** What people select: many agents, few, one, none, by sets, by what agents do not have, and by terms that are never together. */
const selectors = [
  'env=prod',
  'env=prod,region in (r1,r2)',
  'env in (prod,test),!canary',
  'rack=rack-77',
  'env!=prod,rack=rack-77',
  'app=app-3,env=prod',
  'app=app-3,env=test',
  'env=dev,region=r1',
  'canary,region notin (r1,r2,r3)',
  'name=host-4321',
  'env=nowhere',
  '',
]
/** Nobody has what it asks for, and no index has what agents lack: all agents are read. */
const absence = '!env'

function labelsOf(index: number): Readonly<Record<string, string>> {
  return { ...fleetLabels(index), ...(index % 100 === 7 && { canary: 'yes' }) }
}

type Ask = (selector: string) => Promise<unknown>

/**
 * Out of 50 000 agents with labels, the p99 of each selector, and of those the worst, one request after the other. `selector-50000`: pages of 50
 * agents through GraphQL; apart, that of a selector that no index answers. Then by the read models alone: pages of agents and of tasks for
 * somebody who may see what the selector selects, the agents for a run (at most 10 000), and those of a binding. Baseline: the p99 of a
 * request of the same kind that reads nothing.
 */
export const selectorRow: OwnRow = {
  names: [
    'selector-50000',
    'selector-50000-absence',
    'selector-50000-seen-agents',
    'selector-50000-seen-tasks',
    'selector-50000-run',
    'selector-50000-bound',
  ],
  async measure({ runs, progress }) {
    const platform = await temporaryPlatform((where) => launched(where))
    const client = graphqlClient(platform.launched.ready, 1)
    try {
      await fill(platform, progress)
      const [page, bare] = [pageOfAgents(client), () => client.request('{ __typename }')]
      const worst = (name: string, ask: Ask, without: () => Promise<unknown>, asked = selectors) =>
        worstOf({ name, ask, without, asked, runs, progress })
      const figures = [await worst('selector-50000', page, bare), await worst('selector-50000-absence', page, bare, [absence])]
      const select1 = () => platform.database.query('select 1')
      for (const [name, ask] of Object.entries(asks(platform.database))) figures.push(await worst(`selector-50000-${name}`, ask, select1))
      return figures
    } finally {
      await client.close()
      await platform.stop()
    }
  },
}

type Platform = Awaited<ReturnType<typeof temporaryPlatform>>

async function fill({ database, databaseUrl }: Platform, progress: (text: string) => void): Promise<void> {
  progress(`writing ${agents} agents and ${tasks} tasks`)
  const store = await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger })
  await generateAgents(store, agents, { labels: labelsOf })
  await generateTasks(store, { tasks, agents }, () => undefined)
  const { sequence: last } = parsePosition(await store.head())
  await store.close()
  progress('waiting for the read models')
  await projected(database, last)
  await database.query('vacuum analyze')
}

function pageOfAgents(client: GraphqlClient): Ask {
  const text = 'query ($selector: String!) { agents(filter: { selector: $selector }, first: 50) { nodes { id ip labels } } }'
  return (selector) => client.request(text, { selector })
}

/** Every other place where a selector becomes a query. */
function asks(pool: pg.Pool): Readonly<Record<string, Ask>> {
  const page = { first: 50, after: null }
  const seen = (selector: string): Visible => [{ apps: null, selector: parseSelector(selector) }]
  const bound = (selector: string): readonly Selector[] => [parseSelector(selector), parseSelector('rack=rack-3')]
  return {
    'seen-agents': (selector) => readAgents(pool, readSchema, { visible: seen(selector) }, page),
    'seen-tasks': (selector) => readTasks(pool, readSchema, { visible: seen(selector) }, page),
    run: (selector) => selectAgents(pool, readSchema, parseSelector(selector), { app: 'app-1', most: 10_000, among: null }),
    bound: (selector) => boundAgents(pool, readSchema, bound(selector), null),
  }
}

interface Worst {
  readonly name: string
  readonly ask: Ask
  readonly without: () => Promise<unknown>
  readonly asked: readonly string[]
  readonly runs: number
  readonly progress: (text: string) => void
}

async function worstOf({ name, ask, without, asked, runs, progress }: Worst): Promise<Figure> {
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let run = 0; run < runs; run++) {
    bare.push(await p99(without))
    const each: number[] = []
    for (const selector of asked) {
      each.push(await p99(() => ask(selector)))
      progress(`${name} ${JSON.stringify(selector)}: p99 ${(each.at(-1) ?? 0).toFixed(1)} ms, run ${run + 1} of ${runs}`)
    }
    ours.push(Math.max(...each))
  }
  return figure(name, 'ms', ours, bare)
}
