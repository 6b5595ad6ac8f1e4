import { type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createScratch } from '../migrate.ts'
import { readQueues } from '../queues/queries.ts'

const schema = 'elves_read'
const queues = 25_000
let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
  const client = await database.pool.connect()
  await createScratch(client, schema)
  client.release()
  const position = `00000001-${'0'.repeat(16)}`
  await database.pool.query(`insert into ${schema}.checkpoints (name, position) values ('queues', $1)`, [position])
  await database.pool.query(
    `insert into ${schema}.queues (id, made_sequence, sequence, state, app, created_at, details)
      select 'queue ' || n, n, n, case n when 7 then 'FAILED' else 'SUCCEEDED' end, null, n, '{}' from generate_series(1, $1::int) as n`,
    [queues],
  )
})

afterAll(() => database.close())

test('a page of the past looks at a bounded part of the table, and the next one goes on there', async () => {
  const moment = { asOf: 0, logId: '00000001', end: queues + 1, sureEnd: queues + 1 }
  const pages: string[][] = []
  for (let after: string | null = null; ; ) {
    const page = await readQueues(database.pool, schema, { states: ['FAILED'] }, { first: 10, after }, moment)
    pages.push(page.edges.map(({ node }) => node.id))
    if (!page.hasNextPage) break
    after = page.endCursor
  }
  expect(pages).toEqual([[], [], ['queue 7']])
})

test('a page that is full goes on behind its last row', async () => {
  const moment = { asOf: 0, logId: '00000001', end: 100, sureEnd: 50 }
  // Those from 50 on have changed since, so they may have been anything.
  const page = await readQueues(database.pool, schema, { states: ['FAILED'] }, { first: 49, after: null }, moment)
  expect(page.edges.map(({ node }) => node.id)).toEqual(Array.from({ length: 49 }, (_, index) => `queue ${99 - index}`))
  expect(page.hasNextPage).toBe(true)
  const next = await readQueues(database.pool, schema, { states: ['FAILED'] }, { first: 49, after: page.endCursor }, moment)
  expect(next.edges.map(({ node }) => node.id)).toEqual(['queue 50', 'queue 7'])
  expect(next.hasNextPage).toBe(false)
})
