import { cursorOf } from '@elves/core/read-models/paging/cursor.ts'
import type { ListName } from '@elves/core/read-models/registry.ts'
import type { Bench } from '../bench.ts'
import { type Figure, figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { p99 } from '../p99.ts'
import { generatedAgent } from './mix.ts'

const requests = 200
/** For each of the filters. */
const filteredRequests = 30
/** Positions of the last page, which may not be full: fifty tasks have five each. */
const lastPage = 250
const lists = {
  tasks: {
    fields: '{ nodes { id state agentId: agent { id } app func requestedAt endedAt } pageInfo { endCursor hasNextPage } }',
    filter: 'TaskFilter',
  },
  events: { fields: '{ nodes { id type stream version recordedAt } pageInfo { endCursor hasNextPage } }', filter: 'EventFilter' },
  agents: { fields: '{ nodes { id ip state } pageInfo { endCursor hasNextPage } }', filter: 'AgentFilter' },
} satisfies Partial<Record<ListName, object>>

const [busy, usual] = [generatedAgent(0), generatedAgent(4_321)]
const group = Array.from({ length: 20 }, (_, index) => generatedAgent(index))
/** What people ask for, and what nothing has. Times come beside them. */
const filters: Readonly<Record<keyof typeof lists, readonly object[]>> = {
  tasks: [
    ...[busy, usual].flatMap((agent) => [{ agents: [agent] }, { agents: [agent], states: ['FAILED'] }, { agents: [agent], states: ['LOST'] }]),
    ...['app-0', 'app-19', 'app-none'].flatMap((app) => [{ apps: [app] }, { apps: [app], states: ['FAILED'] }]),
    ...['INSTANT', 'QUEUE', 'AGENT_CRON'].flatMap((kind) => [{ kinds: [kind] }, { kinds: [kind], apps: ['app-0'] }]),
    { agents: group },
    { states: ['LOST', 'RUNNING'] },
    { agents: [busy], apps: ['app-19'] },
  ],
  events: [
    ...[busy, usual].flatMap((agent) => [{ agents: [agent] }, { agents: [agent], types: ['TaskRejected'] }, { actors: [agent] }]),
    ...['app-0', 'app-19', 'app-none'].map((app) => ({ apps: [app] })),
    ...['TaskStarted', 'TaskRejected', 'AgentRegistered', 'TaskLost'].map((type) => ({ types: [type] })),
    ...['local', 'person-11', 'nobody'].map((actor) => ({ actors: [actor] })),
    { agents: group },
  ],
  agents: [{ states: ['CONNECTED'] }, { states: ['REMOVED'] }, { apps: ['app-3'] }, { apps: ['app-none'] }],
}
const times: Readonly<Record<keyof typeof lists, readonly string[]>> = {
  tasks: ['requestedFrom', 'requestedTo'],
  events: ['from', 'to'],
  agents: [],
}

/** What was asked of an instant: the usual page, and what an incident is looked into by. */
const pastFilters = { tasks: [{}, { states: ['RUNNING'] }, { states: ['FAILED'] }, { apps: ['app-0'] }], agents: [{}, { states: ['LOST'] }] }

/** Places of the items of a list: positions in the log. */
export interface Places {
  readonly from: number
  readonly to: number
}

/** Times between which the tasks were requested, ms since the epoch. */
export type Span = Places

/**
 * Measures the p99 of pages of 50 of each list: the first page, and pages at random depths; and the worst p99 of the filters, each
 * for the first page, a deep page, and within a hundredth of the time.
 */
export async function listTimes(
  door: Parameters<typeof graphqlClient>[0],
  { places, span }: { readonly places: Readonly<Record<keyof typeof lists, Places>>; readonly span: Span },
  { runs, progress }: Pick<Bench, 'runs' | 'progress'>,
): Promise<Figure[]> {
  const client = graphqlClient(door, 1)
  try {
    const figures: Figure[] = []
    for (const [list, { fields, filter }] of Object.entries(lists) as [keyof typeof lists, { fields: string; filter: string }][]) {
      const past = (Object.entries(pastFilters) as [string, readonly object[]][]).find(([name]) => name === list)?.[1] ?? []
      const query = `query ($after: String, $filter: ${filter}) { list: ${list}(first: 50, after: $after, filter: $filter) ${fields} }`
      const ask = async (after: string | null, wanted: object = {}) => {
        const { list: page } = await client.request<{ list: { nodes: unknown[] } }>(query, { after, filter: wanted })
        if (page.nodes.length === 0 && Object.keys(wanted).length === 0) throw new Error(`a page of ${list} is empty`)
      }
      const { from, to } = places[list]
      const somewhere = () => cursorOf(list, from + lastPage + Math.floor(Math.random() * (to - from - lastPage)))
      const within = (wanted: object) => {
        const at = span.from + Math.floor(Math.random() * (span.to - span.from) * 0.99)
        const ends = [at, at + Math.ceil((span.to - span.from) / 100)].map((ms) => new Date(ms).toISOString())
        return { ...wanted, ...Object.fromEntries(times[list].map((name, index) => [name, ends[index]])) }
      }
      const [first, deep, filtered]: [number[], number[], number[]] = [[], [], []]
      for (let run = 0; run < runs; run++) {
        first.push(await p99(() => ask(null), requests))
        deep.push(await p99(() => ask(somewhere()), requests))
        const each: number[] = []
        for (const wanted of [{}, ...filters[list]]) {
          const ways = [() => ask(null, wanted), () => ask(somewhere(), wanted), ...(times[list].length > 0 ? [() => ask(null, within(wanted))] : [])]
          const took: number[] = []
          for (const way of ways) took.push(await p99(way, filteredRequests))
          each.push(...took)
          progress(`${list} ${JSON.stringify(wanted)}: p99 ${took.map((ms) => ms.toFixed(0)).join(', ')} ms, run ${run + 1} of ${runs}`)
        }
        filtered.push(Math.max(...each))
      }
      figures.push(figure(`growth-${list}-first-page-p99`, 'ms', first, []), figure(`growth-${list}-deep-page-p99`, 'ms', deep, []))
      figures.push(figure(`growth-${list}-worst-filter-p99`, 'ms', filtered, []))
      if (past.length > 0)
        figures.push(figure(`growth-${list}-as-of-p99`, 'ms', await pastTimes(client, { list, fields, filter, past, span }, { runs, progress }), []))
    }
    return figures
  } finally {
    await client.close()
  }
}

interface PastTimes {
  readonly list: string
  readonly fields: string
  readonly filter: string
  readonly past: readonly object[]
  readonly span: Span
}

/** Returns the worst p99 of the filters, each for the first page of the list as it was at random instants. */
async function pastTimes(
  client: GraphqlClient,
  { list, fields, filter, past, span }: PastTimes,
  { runs, progress }: Pick<Bench, 'runs' | 'progress'>,
): Promise<number[]> {
  const query = `query ($asOf: DateTime, $filter: ${filter}) { ${list}(first: 50, asOf: $asOf, filter: $filter) ${fields} }`
  const worst: number[] = []
  for (let run = 0; run < runs; run++) {
    const each: number[] = []
    for (const wanted of past) {
      const ask = async () => {
        const asOf = new Date(span.from + Math.floor(Math.random() * (span.to - span.from))).toISOString()
        await client.request(query, { asOf, filter: wanted })
      }
      each.push(await p99(ask, filteredRequests))
      progress(`${list} of the past ${JSON.stringify(wanted)}: p99 ${(each.at(-1) ?? 0).toFixed(0)} ms, run ${run + 1} of ${runs}`)
    }
    worst.push(Math.max(...each))
  }
  return worst
}
