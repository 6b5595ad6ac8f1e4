import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { allEvents } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandSchema, migrateCommandService } from '../command-schema.ts'
import { postgresAgentLiveness } from './agent-liveness.ts'
import { linkedAgentsFeed } from './linked-agents-feed.ts'

let database: EventingDatabase

beforeEach(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
})

afterEach(() => database.close())

const { wants, apply } = linkedAgentsFeed(commandSchema)

interface Row {
  readonly agentId: string
  readonly isConnected: boolean
  readonly lastSeenAt: number
  readonly gatewayId: string
}

async function rows(): Promise<readonly Row[]> {
  const text = `select agent_id as "agentId", is_connected as "isConnected", gateway_id as "gatewayId",
    round(extract(epoch from last_seen_at) * 1000)::float8 as "lastSeenAt" from ${commandSchema}.agent_liveness order by agent_id`
  return (await database.pool.query<Row>(text)).rows
}

test('an agent that a log from before its database calls connected is watched from its last connection on, in batches of any size', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 5, tasks: 5, agents: 3 }))
  const connected = (await allEvents(store)).filter(wants)
  const lastAt = new Map(connected.map(({ event, recordedAt }) => [(event.data as { agentId: string }).agentId, recordedAt]))
  expect(lastAt.size).toBeGreaterThan(0)
  const expected = [...lastAt].sort().map(([agentId, lastSeenAt]) => ({ agentId, isConnected: true, lastSeenAt, gatewayId: 'log' }))
  await inTransaction(database.pool, (client) => apply(client, connected))
  expect(await rows()).toEqual(expected)
  await database.pool.query(`truncate ${commandSchema}.agent_liveness`)
  for (const event of connected) await inTransaction(database.pool, (client) => apply(client, [event]))
  expect(await rows()).toEqual(expected)
})

test('what a gateway has written of an agent stays as it is', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 5, tasks: 5, agents: 1 }))
  const connected = (await allEvents(store)).filter(wants)
  const [agentId = ''] = connected.map(({ event }) => (event.data as { agentId: string }).agentId)
  const liveness = postgresAgentLiveness({ pool: database.pool, schema: commandSchema, gatewayId: 'gateway-1' })
  const session = { agentId, sessionId: 's-1' }
  await liveness.connecting([session])
  await liveness.disconnected([session])
  const before = await rows()
  await inTransaction(database.pool, (client) => apply(client, connected))
  expect(await rows()).toEqual(before)
})
