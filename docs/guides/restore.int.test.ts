import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { projectionService } from '@elves/projection-service/projection-service.ts'
import { verify } from '@elves/projection-service/verification.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { allEvents } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** The statements of the guide for what was restored from a backup do what it says. */

const sql = (guide: string) => /^```sql\n([\s\S]*?)^```$/m.exec(readFileSync(join(import.meta.dirname, guide), 'utf8'))?.[1] ?? ''
const statements = sql('production.md')
let database: EventingDatabase

beforeEach(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
})

afterEach(() => database.close())

/** What a start of projection-service comes to. */
async function project(): Promise<void> {
  const { pool } = database
  await migrateReadModels(pool)
  const store = await database.anotherStore()
  const service = await projectionService({ store, log: store, pool, logger: silentLogger, registry: new Registry() })
  await service.reached(await store.head(), 30_000)
  await service.stop()
}

test('a restored log gets another id, keeps its events, and the read models are made anew from it', async () => {
  const restored = await database.anotherStore()
  await appendInOrder(restored, sampleHistory({ seed: 4, tasks: 20, agents: 2 }))
  await project()
  const before = await allEvents(restored)
  expect(statements).toContain('update elves.log')
  await database.pool.query(statements)
  await project()
  // It learns the log's id when it is opened.
  const store = await database.anotherStore()
  const after = await allEvents(store)
  const [oldId, newId] = [before[0]?.position.slice(0, 8), after[0]?.position.slice(0, 8)]
  expect(newId).not.toBe(oldId)
  expect(after).toEqual(before.map((event) => ({ ...event, position: `${newId}${event.position.slice(8)}` })))
  const verification = await verify({ store, connectionString: database.url })
  expect(verification.isSame).toBe(true)
  await expect(store.readAll({ from: before.at(-1)?.position ?? '', direction: 'forwards', limit: 1 })).rejects.toMatchObject({
    code: 'POSITION_UNKNOWN',
  })
})

/** What is in no event, or must outlive a restore. */
const kept = [
  'aged_values',
  'auth_key_secrets',
  'auth_key_uses',
  'credentials',
  'events',
  'leases',
  'log',
  'log_head_places',
  'log_heads',
  'log_tiles',
  'log_tree',
  'migrations',
  'passwords',
  'personal_keys',
  'recovery_codes',
  'second_factors',
  'secret_values',
  'sign_in_failures',
  'task_output_chunks',
  'task_output_retention',
  'task_outputs',
  'values_still_kept',
  'webhook_secrets',
]

test('every table of the write side is emptied by the guides, or must outlive a restore', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'elves'::regnamespace and relkind in ('r', 'p') and not relispartition",
  )
  const emptied = [...statements.matchAll(/elves\.(\w+)(?=[,;])/g)].map(([, name]) => name)
  expect([...emptied, ...kept].toSorted()).toEqual(rows.map(({ name }) => name).toSorted())
})

test('the guide of EventStoreDB empties the same tables', () => {
  expect(sql('eventstoredb.md')).toBe(statements.slice(statements.indexOf('truncate')))
})
