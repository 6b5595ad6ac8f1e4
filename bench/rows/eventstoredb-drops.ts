import { setTimeout as delay } from 'node:timers/promises'
import type { OwnRow } from '../bench.ts'
import { startChild } from '../child.ts'
import { figure, quantile } from '../figure.ts'
import type { GraphqlClient } from '../graphql-client.ts'
import { threeServices } from '../three-services.ts'
import { loadOn } from './loaded-center.ts'

interface Double {
  readonly port: number
  readonly drops: number
  /** Ids of the platform's events, in the order of the log; only as the answer to `ids`. */
  readonly ids?: readonly string[]
}

const perSecond = 100

/**
 * Tasks of three services while a double drops 100 subscriptions a second, for BENCH_DROPS_SECONDS (10); baseline: without drops, for as
 * long. A process has one subscription, and a busy one has it again after 15 to 25 ms: standalone alone can be dropped some 60 times a
 * second, and three processes together a hundred times.
 * Every task has to succeed. Then: how many subscriptions were dropped a second, lines at WARN or above that the center wrote, and
 * events that its audit log does not show once, in the order of the store's log.
 */
export const eventStoreDbDrops: OwnRow = {
  names: ['eventstoredb-drops-p99', 'eventstoredb-drops-per-second', 'eventstoredb-drops-warnings', 'eventstoredb-drops-misplaced'],
  async measure({ progress }) {
    const seconds = Number(process.env['BENCH_DROPS_SECONDS'] ?? 10)
    const double = await startChild<Double>('eventstoredb-child.ts', [])
    const center = await threeServices({ ELVES_EVENTSTOREDB_URL: `esdb://127.0.0.1:${double.ready.port}?tls=false` })
    const load = await loadOn(center, 7, center.commandPid)
    const p99 = async () => {
      const durations: number[] = []
      const startedAt = performance.now()
      while (performance.now() - startedAt < seconds * 1000) await load.run(500, durations)
      return { p99: quantile(durations, 0.99), tasks: durations.length, seconds: (performance.now() - startedAt) / 1000 }
    }
    try {
      await load.run(500)
      progress(`tasks without drops for ${seconds} s`)
      const quiet = await p99()
      progress(`tasks with ${perSecond} drops a second for ${seconds} s`)
      const warned = center.warnings().length
      const { drops } = await double.ask(`drops ${perSecond}`)
      const dropping = await p99()
      const dropped = (await double.ask('drops 0')).drops - drops
      progress(`${quiet.tasks} tasks without drops, ${dropping.tasks} with ${dropped}`)
      const { ids = [] } = await double.ask('ids')
      return [
        figure('eventstoredb-drops-p99', 'ms', [dropping.p99], [quiet.p99]),
        figure('eventstoredb-drops-per-second', 'drops', [dropped / dropping.seconds], []),
        figure('eventstoredb-drops-warnings', 'lines', [center.warnings().length - warned], []),
        figure('eventstoredb-drops-misplaced', 'events', [misplaced(ids, await shown(load.client, ids.length))], []),
      ]
    } finally {
      await load.stop()
      await center.stop()
      await double.stop()
    }
  },
}

/** Events that are not in the place that they have in the log: one that is lost misplaces all after it. */
function misplaced(written: readonly string[], there: readonly string[]): number {
  return written.filter((id, index) => there[index] !== id).length
}

const query = `query ($after: String) { events(order: OLDEST_FIRST, first: 500, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`

/** Returns ids of the audit log, oldest first; waits until there are so many. */
async function shown(client: GraphqlClient, atLeast: number): Promise<readonly string[]> {
  const ids: string[] = []
  let after: string | null = null
  for (;;) {
    const { events }: { events: EventPage } = await client.request(query, { after })
    ids.push(...events.nodes.map(({ id }) => id))
    after = events.pageInfo.endCursor ?? after
    if (events.pageInfo.hasNextPage) continue
    if (ids.length >= atLeast) return ids
    await delay(100)
  }
}

interface EventPage {
  readonly nodes: readonly { readonly id: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}
