import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandSchema, migrateCommandService } from '../write-side.ts'
import { watchRestoredLinks } from './restored-links.ts'

let database: EventingDatabase

beforeEach(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
})

afterEach(() => database.close())

test('every agent that has a link in a restored log is watched from its last event on, so that it can be lost', async () => {
  const history = sampleHistory({ seed: 5, tasks: 5, agents: 3 })
  await appendInOrder(await database.store(), history)
  await watchRestoredLinks(database.pool)
  const { rows } = await database.pool.query<{ stream: string; last: boolean; connected: boolean }>(
    `select $1 || l.agent_id as stream, l.is_connected as connected, l.last_seen_at <= clock_timestamp() as last from ${commandSchema}.agent_liveness l`,
    [agentLinkStream('')],
  )
  const { rows: streams } = await database.pool.query<{ stream: string }>(
    `select distinct stream_id as stream from elves.events where starts_with(stream_id, $1)`,
    [agentLinkStream('')],
  )
  expect(streams.length).toBeGreaterThan(0)
  const byStream = (one: { stream: string }, other: { stream: string }) => (one.stream < other.stream ? -1 : 1)
  expect(rows.sort(byStream)).toEqual(streams.sort(byStream).map(({ stream }) => ({ stream, connected: true, last: true })))
})
