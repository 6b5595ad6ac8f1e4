import { rebuildAggregate } from '@elves/core/domain/rebuild/rebuild.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { rebuild } from './rebuild.ts'
import { rebuildsOnRequest } from './rebuilds-on-request.ts'
import { verify } from './verification.ts'

let database: ReadModelDatabase
let running: Running[]
beforeEach(async () => {
  database = await readModelDatabase()
  running = []
  await migrateReadModels(database.pool)
  await appendInOrder(database.store, sampleHistory({ seed: 8, tasks: 20, agents: 2, plans: 1 }))
  await rebuild(parts())
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await database.close()
})

const parts = () => ({ store: database.store, connectionString: database.url })

function instance(owner: string): void {
  running.push(rebuildsOnRequest({ ...parts(), pool: database.pool, owner, logger: silentLogger }))
}

async function request(id: string, readModels: readonly string[]): Promise<void> {
  const command = { type: 'RequestRebuild', readModels, reason: null, idempotencyKey: null } as const
  const context = { actor: { kind: 'USER', id: 'ann', name: null }, correlationId: 'c-7', causationId: null, metadata: {} } as const
  const aggregates = openAggregates({ store: database.store, cacheSize: 1 })
  await aggregates.handle({ aggregate: rebuildAggregate, stream: rebuildAggregate.streamOf(id), commands: [command], context })
  // As the feed of the write side does.
  const text = `insert into elves.rebuilds (id, state, version, read_models, requested_at, requested_by) values ($1, 'REQUESTED', 0, $2, 1, '{}')`
  await database.pool.query(text, [id, readModels])
}

const told = async (id: string) => database.store.readStream(rebuildAggregate.streamOf(id))
const ended = (id: string) => waitFor(async () => (await told(id)).length > 1, { what: `the end of rebuild ${id}` })

test('makes anew what was asked for, once with two instances, and says so for whoever asked', async () => {
  await database.pool.query('delete from elves_read.tasks')
  await request('A', ['tasks'])
  instance('one')
  instance('two')
  await ended('A')
  expect(await verify(parts())).toMatchObject({ isSame: true })
  // The table still says that it is asked for; the stream says that it is done.
  await database.pool.query('update elves_read.agents set state = $1', ['WRONG'])
  await request('B', ['agents'])
  await ended('B')
  expect(await verify(parts())).toMatchObject({ isSame: true })
  const [asked, done] = await told('A')
  expect(await told('A')).toHaveLength(2)
  expect(done).toMatchObject({
    event: { type: 'ReadModelsRebuilt' },
    context: { actor: { kind: 'SYSTEM', id: 'rebuilds' }, correlationId: 'c-7', causationId: asked?.id },
  })
})

test('says why one failed, and leaves the read models as they were', async () => {
  // What is live can't be dropped while something else stands on it.
  await database.pool.query('create view public.of_somebody as select id from elves_read.tasks')
  await request('A', ['tasks'])
  instance('one')
  await ended('A')
  expect((await told('A')).at(-1)).toMatchObject({ event: { type: 'ReadModelsRebuildFailed', data: { code: 'INTERNAL' } } })
  expect(await verify(parts())).toMatchObject({ isSame: true })
})
