import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentStream } from '../../domain/agent/agent.ts'
import type { EventStore } from '../../eventing/event-store.ts'
import { migrate } from '../../eventing/postgres/migrate.ts'
import { migrateReadModels } from '../migrate.ts'
import { agentsReadModel } from './index.ts'

let database: ReadModelDatabase

beforeEach(async () => {
  database = await readModelDatabase()
})

afterEach(() => database.close())

test('agents of a release without selectors get the terms that a rebuild gives them', async () => {
  await appendInOrder(database.store, sampleHistory({ seed: 5, tasks: 0, agents: 12 }))
  await register(database.store)
  // That release had no inventories either.
  const events = (await allEvents(database.store)).filter(({ event }) => event.type !== 'AgentInventoryLabelsSet')
  await projectInto(database.pool, 'fresh', [events], [agentsReadModel])
  await migrateTo('before', 10)
  await database.pool.query('insert into before.agents select * from fresh.agents')
  await migrateReadModels(database.pool, 'before', () => {})
  const [migrated, fresh] = [await allRows(database.pool, 'before'), await allRows(database.pool, 'fresh')]
  expect(migrated['agent_terms']).toEqual(fresh['agent_terms'])
  expect(migrated['agent_terms']).toHaveLength(13)
  expect(JSON.stringify(fresh['agent_terms'])).toContain(String.raw`[\"机房\",\"上 \\\"海\\\"\"]`)
})

/** An agent whose labels look like syntax, or like what an agent is. */
async function register(store: EventStore): Promise<void> {
  const agentId = 'f'.repeat(32)
  const labels = { 机房: '上 "海"', '\\': '\u0001\n', name: 'a label', empty: '', [`["x"]`]: ']' }
  const facts = { name: 'ü', version: '', platform: 'linux-x64', labels, apps: [{ name: 'a', version: '1', isLocal: true }] }
  const context = { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  const event = { type: 'AgentRegistered', data: { agentId, ip: '10.0.0.1', facts } } as const
  await store.append([{ stream: agentStream(agentId), expectedVersion: -1, events: [{ id: randomUUID(), event, context }] }])
}

/** Makes the tables as they were after this migration. */
async function migrateTo(schema: string, last: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-before-'))
  try {
    const migrations = join(import.meta.dirname, '../migrations')
    for (const name of (await readdir(migrations)).filter((file) => Number.parseInt(file, 10) <= last)) {
      await cp(join(migrations, name), join(dir, name))
    }
    await migrate(database.pool, { schema, name: 'read-models', dir })
  } finally {
    await rm(dir, { recursive: true })
  }
}
