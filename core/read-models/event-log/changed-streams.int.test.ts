import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, parsePosition } from '../../eventing/position.ts'
import { type ChangedStream, readChangedStreams } from './changed-streams.ts'

let database: ReadModelDatabase
let history: readonly RecordedEvent[]

/** The same log in both ways in which read models find its events; that of the second one's store has a clock that goes back. */
const stores = [
  { schema: 'here', told: (event: RecordedEvent) => event },
  {
    schema: 'elsewhere',
    told: (event: RecordedEvent) => ({
      ...event,
      position: formatPosition('feedbeef', parsePosition(event.position).sequence),
      recordedAt: event.recordedAt - (event.stream.length % 7) * 5,
    }),
  },
] as const

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 20, agents: 4, plans: 3 }))
  history = await allEvents(database.store)
  for (const { schema, told } of stores) await projectInto(database.pool, schema, [history.map(told)])
})

afterAll(() => database.close())

/** What changed, by the log itself. */
function expected(events: readonly RecordedEvent[], from: number, to: number): readonly ChangedStream[] {
  const between = events.filter(({ recordedAt }) => recordedAt > from && recordedAt <= to)
  return [...Map.groupBy(between, ({ stream }) => stream)].map(([stream, own]) => {
    const [first, last] = [own[0] as RecordedEvent, own.at(-1) as RecordedEvent]
    return {
      stream,
      firstVersion: first.version,
      lastVersion: last.version,
      lastPosition: last.position,
      firstAt: first.recordedAt,
      lastAt: last.recordedAt,
      types: [...new Set(own.map(({ event }) => event.type))].sort(),
    }
  })
}

test.each(stores)('pages of any size have each stream that changed between two instants once: $schema', async ({ schema, told }) => {
  const events = history.map(told)
  const instants = fc.constantFrom(...events.map(({ recordedAt }) => recordedAt), (events[0]?.recordedAt ?? 0) - 1)
  const prefixes = fc.option(fc.subarray(['task-', 'agent-', 'agentlink-', 'queue-', 'none-']), { nil: undefined })
  let found = 0
  const agree = fc.asyncProperty(instants, instants, prefixes, fc.integer({ min: 1, max: 9 }), async (from, to, wanted, first) => {
    const all: ChangedStream[] = []
    for (let after: string | null = null; ; ) {
      const page = await readChangedStreams(database.pool, schema, { from, to, ...(wanted && { prefixes: wanted }) }, { first, after })
      all.push(...page.edges.map(({ node }) => node))
      if (!page.hasNextPage) break
      after = page.endCursor
    }
    const isWanted = ({ stream }: ChangedStream) => wanted === undefined || wanted.some((prefix) => stream.startsWith(prefix))
    expect(all).toEqual(expected(events, from, to).filter(isWanted))
    found += all.length
  })
  await fc.assert(agree, { numRuns: 15 })
  expect(found).toBeGreaterThan(0)
})
