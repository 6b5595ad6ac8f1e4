import { performance } from 'node:perf_hooks'
import { cursorOf } from '@elves/core/read-models/paging/cursor.ts'
import type { ListName } from '@elves/core/read-models/registry.ts'
import { type Figure, figure, quantile } from '../figure.ts'
import { graphqlClient } from '../graphql-client.ts'

const requests = 200
/** Positions of the last page, which may not be full: fifty tasks have five each. */
const lastPage = 250
const lists = {
  tasks: '{ nodes { id state agentId: agent { id } app func requestedAt endedAt } pageInfo { endCursor hasNextPage } }',
  events: '{ nodes { id type stream version recordedAt } pageInfo { endCursor hasNextPage } }',
  agents: '{ nodes { id ip state } pageInfo { endCursor hasNextPage } }',
} satisfies Partial<Record<ListName, string>>

/** Places of the items of a list: positions in the log. */
export interface Places {
  readonly from: number
  readonly to: number
}

/** Measures the p99 of pages of 50 of each list: the first page, and pages at random depths. */
export async function listTimes(graphqlUrl: string, places: Readonly<Record<keyof typeof lists, Places>>, runs: number): Promise<Figure[]> {
  const client = graphqlClient(graphqlUrl, 1)
  try {
    const figures: Figure[] = []
    for (const [list, fields] of Object.entries(lists) as [keyof typeof lists, string][]) {
      const query = `query ($after: String) { list: ${list}(first: 50, after: $after) ${fields} }`
      const ask = async (after: string | null) => {
        const startedAt = performance.now()
        const { list: page } = await client.request<{ list: { nodes: unknown[] } }>(query, { after })
        if (page.nodes.length === 0) throw new Error(`a page of ${list} is empty`)
        return performance.now() - startedAt
      }
      const [first, deep]: [number[], number[]] = [[], []]
      for (let run = 0; run < runs; run++) {
        first.push(await p99(() => ask(null)))
        const { from, to } = places[list]
        deep.push(await p99(() => ask(cursorOf(list, from + lastPage + Math.floor(Math.random() * (to - from - lastPage))))))
      }
      figures.push(figure(`growth-${list}-first-page-p99`, 'ms', first, []), figure(`growth-${list}-deep-page-p99`, 'ms', deep, []))
    }
    return figures
  } finally {
    await client.close()
  }
}

async function p99(ask: () => Promise<number>): Promise<number> {
  await ask()
  const times: number[] = []
  for (let request = 0; request < requests; request++) times.push(await ask())
  return quantile(times, 0.99)
}
