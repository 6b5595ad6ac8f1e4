import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { allEvents, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventBytes } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { createScratch } from '../migrate.ts'
import { placeOf } from '../paging/cursor.ts'
import { storedBytesOf } from './event-row.ts'
import { readEvents } from './queries.ts'

const schema = 'elves_read'
const events = 45_000
let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 5, agents: 2 }))
  const sample = await allEvents(database.store)
  const ofType = (type: string) => storedBytesOf(sample.find(({ event }) => event.type === type) as RecordedEvent)
  const client = await database.pool.connect()
  await createScratch(client, schema)
  client.release()
  // Of another log than the one that is here, so its events are in the read models.
  await database.pool.query(`insert into ${schema}.checkpoints (name, position) values ('event-log', $1)`, [`00000001-${'0'.repeat(16)}`])
  await database.pool.query(`insert into ${schema}.event_log (sequence, correlation) select n, 0 from generate_series(1, $1::int) as n`, [events])
  const insert = ({ context, data }: EventBytes, type: string, which: string) =>
    database.pool.query(
      `insert into ${schema}.event_bodies (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
        select n, 'agent-' || n, 0, gen_random_uuid(), $1, now(), $2, $3 from generate_series(1, ${events}) as n where ${which}`,
      [type, asBuffer(context), asBuffer(data)],
    )
  await insert(ofType('AgentApproved'), 'AgentApproved', 'n <> 7')
  await insert(ofType('AgentLabelsSet'), 'AgentLabelsSet', 'n = 7')
})

afterAll(() => database.close())

test('a page ends after a number of bytes, too, and the next one goes on there', async () => {
  const { stream, data } = { stream: 'large', data: Buffer.alloc(1024 * 1024) }
  const large = 80
  await database.pool.query(`insert into ${schema}.event_log (sequence, correlation) select n, 0 from generate_series($1::int, $2::int) as n`, [
    events + 1,
    events + large,
  ])
  await database.pool.query(
    `insert into ${schema}.event_bodies (position, stream_id, stream_version, event_id, type, recorded_at, context, data)
      select n, $1, n, gen_random_uuid(), 'TaskRequested', now(), $2, $2 from generate_series($3::int, $4::int) as n`,
    [stream, data, events + 1, events + large],
  )
  const filter = { types: ['TaskRequested'], text: 'ü' }
  const first = await readEvents(database.pool, schema, filter, 'NEWEST_FIRST', { first: 10, after: null })
  expect([first.edges, first.hasNextPage, placeOf('events', first.endCursor ?? '')]).toEqual([[], true, events + large - 64 + 1])
  const rest = await readEvents(database.pool, schema, filter, 'NEWEST_FIRST', { first: 10, after: first.endCursor })
  expect([rest.edges, rest.hasNextPage]).toEqual([[], false])
  for (const table of ['event_log where sequence', 'event_bodies where position'])
    await database.pool.query(`delete from ${schema}.${table} > $1`, [events])
})

test.each([
  { order: 'NEWEST_FIRST' as const, pages: [[], [], ['agent-7']] },
  { order: 'OLDEST_FIRST' as const, pages: [['agent-7'], [], []] },
])('a page looks for a text in a bounded part of the log, and the next one goes on there: $order', async ({ order, pages }) => {
  const found: string[][] = []
  for (let after: string | null = null; ; ) {
    const page = await readEvents(database.pool, schema, { text: 'ü' }, order, { first: 10, after })
    found.push(page.edges.map(({ node }) => node.stream))
    if (!page.hasNextPage) break
    after = page.endCursor
  }
  expect(found).toEqual(pages)
})
