import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { deadLetters } from '../../eventing/handlers/dead-letters.ts'
import { inTransaction } from '../../eventing/postgres/transaction.ts'
import { ElvesError } from '../../foundation/errors.ts'
import { type DeadLetterView, readDeadLetters } from './dead-letters.ts'

const schema = 'elves_read'
let database: ReadModelDatabase
let events: readonly RecordedEvent[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 3, agents: 1 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, schema, [events])
})

afterAll(() => database.close())

test('parked events are listed with their event and the error, oldest first, in pages', async () => {
  expect(await readDeadLetters(database.pool, schema, {}, { first: 5, after: null })).toMatchObject({ edges: [], hasNextPage: false })
  const { park } = deadLetters(database)
  const parked = events.slice(0, 5)
  for (const { position } of parked) {
    await inTransaction(database.pool, (client) => park(client, 'webhooks', { position }, new ElvesError('EVENT_UNREADABLE', 'no schema')))
  }
  await inTransaction(database.pool, (client) =>
    park(client, 'webhooks', { position: parked[0]?.position ?? '' }, new ElvesError('INTERNAL', 'again')),
  )
  const found: DeadLetterView[] = []
  for (let after: string | null = null; ; ) {
    const page = await readDeadLetters(database.pool, schema, {}, { first: 2, after })
    found.push(...page.edges.map(({ node }) => node))
    if (!page.hasNextPage) break
    after = page.endCursor
  }
  expect(found).toMatchObject(
    parked.map(({ position, stream, version, event }, index) => {
      const error =
        index === 0 ? { code: 'INTERNAL', message: 'again', attempts: 2 } : { code: 'EVENT_UNREADABLE', message: 'no schema', attempts: 1 }
      return { handler: 'webhooks', position, stream, version, type: event.type, ...error }
    }),
  )
  await expect(readDeadLetters(database.pool, schema, {}, { first: 1, after: 'x' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
})
