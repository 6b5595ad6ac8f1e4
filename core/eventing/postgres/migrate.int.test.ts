import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type TestDatabase, testDatabase } from '@elves/tests/support/postgres.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import { migrateEventing } from './eventing-schema.ts'
import { migrate } from './migrate.ts'
import { postgresEventStore } from './postgres-event-store.ts'

let database: TestDatabase
let dir: string
let pools: pg.Pool[]
beforeEach(async () => {
  database = await testDatabase()
  dir = await mkdtemp(join(tmpdir(), 'elves-migrations-'))
  pools = []
})
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()))
  await database.drop()
  await rm(dir, { recursive: true })
})

function newPool(): pg.Pool {
  const pool = testPool(database.url, { max: 1 })
  pools.push(pool)
  return pool
}

const table = (name: string) => `create table \${schema}.${name} (id int);`
const migrateSeries = (pool: pg.Pool) => migrate(pool, { schema: 'sample', name: 'series', dir })
const tables = async (pool: pg.Pool) =>
  (await pool.query("select table_name from information_schema.tables where table_schema = 'sample' order by 1")).rows.map(
    ({ table_name }) => table_name,
  )

describe('migrations', () => {
  it('let many instances start at once on an empty database, and all of them write', async () => {
    await Promise.all(Array.from({ length: 8 }, () => migrateEventing(newPool())))
    const open = () => postgresEventStore({ connectionString: database.url, logger: silentLogger })
    const stores = await Promise.all(Array.from({ length: 8 }, open))
    await Promise.all(stores.map((store) => store.append([sampleAppend(sampleStream(), -1, 3)])))
    const heads = await Promise.all(stores.map((store) => store.head()))
    expect(new Set(heads).size).toBe(1)
    expect(heads[0]).toMatch(/-0000000000000018$/)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('run once each, in the order of their numbers', async () => {
    const pool = newPool()
    await writeFile(join(dir, '0001-first.sql'), table('first'))
    await migrateSeries(pool)
    await writeFile(join(dir, '0002-second.sql'), `alter table \${schema}.first rename to old_first; ${table('first')}`)
    await migrateSeries(pool)
    await migrateSeries(pool)
    expect(await tables(pool)).toEqual(['first', 'migrations', 'old_first'])
  })

  it('leave nothing half done where one fails', async () => {
    const pool = newPool()
    await writeFile(join(dir, '0001-first.sql'), table('first'))
    await writeFile(join(dir, '0002-broken.sql'), 'create nonsense')
    await expect(migrateSeries(pool)).rejects.toMatchObject({ code: '42601' })
    expect(await tables(pool)).toEqual([])
  })

  it('refuse a database that a newer release has migrated', async () => {
    const pool = newPool()
    await writeFile(join(dir, '0001-first.sql'), table('first'))
    await writeFile(join(dir, '0002-second.sql'), table('second'))
    await migrateSeries(pool)
    await rm(join(dir, '0002-second.sql'))
    await expect(migrateSeries(pool)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' })
  })

  it('refuse a file that is not numbered, and a schema name that is none', async () => {
    const pool = newPool()
    await writeFile(join(dir, 'first.sql'), table('first'))
    await expect(migrateSeries(pool)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await expect(migrate(pool, { schema: 'a; drop', name: 'series', dir })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})
