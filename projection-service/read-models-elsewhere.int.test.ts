import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { testDatabase } from '@elves/tests/support/postgres.ts'
import { allEvents, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import { expect, test } from 'vitest'
import { rebuild } from './rebuild.ts'
import { verify } from './verification.ts'

test('read models in another database than the store keep the events, also after a rebuild, and verify compares their bytes', async () => {
  const database = await readModelDatabase()
  const other = await testDatabase()
  const pool = testPool(other.url)
  try {
    await appendInOrder(database.store, sampleHistory({ seed: 5, tasks: 40, agents: 4 }))
    const parts = { store: database.store, connectionString: other.url }
    await migrateReadModels(pool)
    await rebuild(parts)
    const { rows } = await pool.query('select count(*)::int as count from elves_read.event_bodies')
    expect(rows).toEqual([{ count: (await allEvents(database.store)).length }])
    expect(await verify(parts)).toMatchObject({ isSame: true })
    await pool.query(`update elves_read.event_bodies set data = data || '\\x00'::bytea where position = 5`)
    expect((await verify(parts)).tables.filter(({ changed }) => changed > 0)).toMatchObject([{ table: 'event_bodies', changed: 1 }])
  } finally {
    await pool.end()
    await other.drop()
    await database.close()
  }
})
