import { silentLogger } from '@elves/core/foundation/log.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReadPosition, readPosition } from './read-position.ts'

const schema = 'tasks_only'
let database: ReadModelDatabase
let readModels: ReadModels
let position: ReadPosition

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 5, agents: 2 }))
  await projectInto(database.pool, schema, [await allEvents(database.store)], [tasksReadModel])
  readModels = await postgresReadModels({ connectionString: database.url, schema, logger: silentLogger })
  position = readPosition(readModels)
})

afterAll(async () => {
  position.stop()
  await readModels.close()
  await database.close()
})

test('a query waits for the read model that it stands on, and not for one that has stopped or has just begun', async () => {
  const head = await database.store.head()
  await position.reached(head, ['tasks'])
  let hasAgents = false
  const agents = position.reached(head, ['tasks', 'agents']).then(() => {
    hasAgents = true
  })
  // Meanwhile the position of tasks is reached at once, although another request waits for agents.
  await position.reached(head, ['tasks'])
  expect(hasAgents).toBe(false)
  await database.pool.query(`insert into ${schema}.checkpoints (name, position) values ($1, $2)`, [agentsReadModel.name, head])
  await agents
})

test('says which read model is behind, and by how much', async () => {
  const head = await database.store.head()
  const impatient = readPosition(readModels, 50)
  await expect(impatient.reached(head, ['tasks', 'event-log'])).rejects.toMatchObject({
    code: 'READ_MODEL_BEHIND',
    canRetry: true,
    facts: { readModel: 'event-log', lag: (await allEvents(database.store)).length },
  })
  impatient.stop()
})

test('refuses the position of another log at once', async () => {
  await expect(position.reached(`ffffffff-${'0'.repeat(16)}`, ['tasks'])).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
})
