import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { type TestDatabase, testDatabase } from '@elves/tests/support/postgres.ts'
import { testPool } from '@elves/tests/support/test-pool.ts'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateCommandService } from '../command-schema.ts'
import { type AgentLiveness, postgresAgentLiveness } from './agent-liveness.ts'

describe('liveness of agents', () => {
  let database: TestDatabase
  let pool: pg.Pool
  let liveness: AgentLiveness
  beforeAll(async () => {
    database = await testDatabase()
    pool = testPool(database.url)
    await migrateEventing(pool)
    await migrateCommandService(pool)
    liveness = postgresAgentLiveness({ pool, schema: 'elves', gatewayId: 'here' })
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  async function seenAt(agentId: string): Promise<string> {
    const { rows } = await pool.query('select last_seen_at::text as at from elves.agent_liveness where agent_id = $1', [agentId])
    return rows[0]?.at
  }

  it('hears of the last session of a connected agent only', async () => {
    const [agentId, gone, stranger] = [randomAgentId(), randomAgentId(), randomAgentId()]
    await liveness.connecting([{ agentId, sessionId: 'first' }])
    await liveness.connecting([
      { agentId, sessionId: 'second' },
      { agentId: gone, sessionId: 'only' },
    ])
    await liveness.disconnected([{ agentId: gone, sessionId: 'only' }])
    const before = await seenAt(agentId)
    const early = await liveness.heard([{ agentId, sessionId: 'first' }])
    expect([...early]).toEqual([])
    expect(await seenAt(agentId)).toBe(before)
    const heard = await liveness.heard([
      { agentId, sessionId: 'second' },
      { agentId: gone, sessionId: 'only' },
      { agentId: stranger, sessionId: 'any' },
    ])
    expect([...heard]).toEqual([agentId])
    expect(await seenAt(agentId)).not.toBe(before)
    expect(await seenAt(stranger)).toBeUndefined()
  })

  it('tells the last session of each agent, connected or not', async () => {
    const [agentId, gone] = [randomAgentId(), randomAgentId()]
    await liveness.connecting([
      { agentId, sessionId: 'one' },
      { agentId: gone, sessionId: 'other' },
    ])
    await liveness.disconnected([{ agentId: gone, sessionId: 'other' }])
    expect([...(await liveness.sessionsOf([agentId, gone, randomAgentId()]))].toSorted()).toEqual(
      [
        [agentId, 'one'],
        [gone, 'other'],
      ].toSorted(),
    )
  })
})
