import { join } from 'node:path'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { migrate } from '@elves/core/eventing/postgres/migrate.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { type TestDatabase, testDatabase } from '@elves/tests/support/postgres.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testSettings } from '../tests/test-settings.ts'
import type { Joining } from './agent-registration.ts'
import { type Agents, agents } from './agents.ts'

const graceMs = 400

describe('presence of agents', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let store: EventStore
  const running: Running[] = []

  beforeEach(async () => {
    database = await testDatabase()
    pool = testPool(database.url)
    await migrateEventing(pool)
    await migrate(pool, { schema: 'elves', name: 'command-service', dir: join(import.meta.dirname, '../migrations') })
    store = memoryEventStore()
  })

  afterEach(async () => {
    await Promise.all(running.splice(0).map((center) => center.stop()))
    await pool.end()
    await database.drop()
  })

  function center(instanceId = 'center', lostAfterMs = graceMs): Agents {
    const started = agents({ store, pool, settings: testSettings, instanceId, lostAfterMs, logger: silentLogger })
    running.push(started.watchPresence())
    return started
  }

  async function types(agentId: string): Promise<string[]> {
    return (await store.readStream(`agentlink-${agentId}`)).map(({ event }) => event.type)
  }

  async function isConnectedRow(agentId: string): Promise<boolean | undefined> {
    const { rows } = await pool.query('select is_connected from elves.agent_liveness where agent_id = $1', [agentId])
    return rows[0]?.is_connected
  }

  it('calls an agent lost that is silent for longer than the grace, and recovered when it is back', async () => {
    const { registration, directory } = center()
    const agent = joining()
    await registration.join(agent)
    expect(await isConnectedRow(agent.agentId)).toBe(true)
    await waitFor(async () => (await types(agent.agentId)).includes('AgentLost'), { what: 'AgentLost' })
    expect(await directory.find(agent.agentId)).toMatchObject({ phase: 'LOST' })
    await waitFor(async () => (await isConnectedRow(agent.agentId)) === false, { what: 'the row' })
    await registration.join(agent)
    expect(await types(agent.agentId)).toEqual(['AgentConnected', 'AgentLost', 'AgentRecovered'])
  })

  it('leaves an agent alone that is heard of, and one that said goodbye', async () => {
    const { registration, liveness } = center()
    const talking = joining()
    const gone = joining()
    const silent = joining()
    await Promise.all([talking, gone, silent].map((agent) => registration.join(agent)))
    await registration.leave(gone, 'GOODBYE')
    await waitFor(
      async () => {
        await liveness.seen([{ ...talking, silentMs: 0 }])
        return (await types(silent.agentId)).includes('AgentLost')
      },
      { what: 'the silent one' },
    )
    expect(await types(talking.agentId)).toEqual(['AgentConnected'])
    expect(await types(gone.agentId)).toEqual(['AgentConnected', 'AgentDisconnected'])
  })

  it('gives every agent the whole grace after a restart of the center', async () => {
    const before = center('before', 60_000)
    const back = joining()
    const away = joining()
    await before.registration.join(back)
    await before.registration.join(away)
    await running.pop()?.stop()
    // The center was away for an hour.
    await pool.query(`update elves.agent_liveness set last_seen_at = last_seen_at - interval '1 hour'`)
    const after = center('after', 1_500)
    await waitFor(async () => (await leaseOwner(pool)) === 'after', { what: 'the lease' })
    expect(await after.registration.join(back)).toBeNull()
    await waitFor(
      async () => {
        await after.liveness.seen([{ ...back, silentMs: 0 }])
        return (await types(away.agentId)).includes('AgentLost')
      },
      { what: 'the one that stays away' },
    )
    expect(await types(back.agentId)).toEqual(['AgentConnected'])
  })

  it('finds what a crash left between the row and the event, either way', async () => {
    const { liveness, registration } = center()
    // A row without its event: there is nothing to lose, and the row is corrected.
    const neverConnected = joining()
    await liveness.connecting([neverConnected])
    await waitFor(async () => (await isConnectedRow(neverConnected.agentId)) === false, { what: 'the row' })
    expect(await types(neverConnected.agentId)).toEqual([])
    // An event of a disconnect whose row was not cleared.
    const gone = joining()
    await registration.join(gone)
    await registration.leave(gone, 'GOODBYE')
    await pool.query('update elves.agent_liveness set is_connected = true where agent_id = $1', [gone.agentId])
    await waitFor(async () => (await isConnectedRow(gone.agentId)) === false, { what: 'the row' })
    expect(await types(gone.agentId)).toEqual(['AgentConnected', 'AgentDisconnected'])
  })

  it('ignores a late heartbeat of an earlier session', async () => {
    const { liveness } = center('center', 60_000)
    const agent = joining()
    await liveness.connecting([agent])
    const seen = async () => (await pool.query('select session_id, last_seen_at::text from elves.agent_liveness')).rows
    const before = await seen()
    await liveness.seen([{ ...agent, sessionId: 'earlier', silentMs: -1_000 }])
    expect(await seen()).toEqual(before)
    await liveness.seen([{ ...agent, silentMs: -1_000 }])
    expect(await seen()).not.toEqual(before)
  })

  it('loses each of many once, with two centers at work', async () => {
    const one = center('one')
    const two = center('two')
    const many = Array.from({ length: 60 }, () => joining())
    await Promise.all(many.map((agent, index) => (index % 2 ? one : two).registration.join(agent)))
    await waitFor(async () => (await lostCount(store)) >= many.length, { what: 'all lost' })
    for (const { agentId } of many) expect(await types(agentId)).toEqual(['AgentConnected', 'AgentLost'])
  })
})

async function lostCount(store: EventStore): Promise<number> {
  const events = await store.readAll({ from: null, direction: 'forwards', limit: 10_000 })
  return events.filter(({ event }) => event.type === 'AgentLost').length
}

async function leaseOwner(pool: pg.Pool): Promise<string | undefined> {
  const { rows } = await pool.query(`select owner from elves.leases where name = 'agent-presence' and expires_at > now()`)
  return rows[0]?.owner
}

let made = 0

function joining(): Joining {
  const agentId = randomAgentId()
  made += 1
  return {
    agentId,
    ip: `10.0.${made >> 8}.${made & 255}`,
    facts: { name: 'host', version: '0.2.0', platform: 'linux-x64', labels: {}, apps: [] },
    sessionId: `session of ${agentId}`,
    bootId: 'boot',
    journalId: 'journal',
    gatewayId: 'gateway',
    remoteAddress: '127.0.0.1',
    clockOffsetMs: 0,
    isOtherBootAlive: false,
  }
}
