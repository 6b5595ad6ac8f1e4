import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ServiceChild, serviceChild } from './tests/service-process.ts'

/** It takes 5 s at most; the rest is for a slow machine. */
const takeoverMs = 30_000

describeKafka('what one instance of command-service does at a time', () => {
  let database: EventingDatabase
  let folder: string
  let children: Record<string, ServiceChild>
  beforeEach(async () => {
    database = await eventingDatabase()
    folder = await mkdtemp(join(tmpdir(), 'elves-takeover-'))
    const kafka = await testKafka()
    const env = {
      ELVES_DATABASE_URL: database.url,
      ELVES_SERVICE_SECRET: 'secret',
      ELVES_JOIN_TOKEN: 'token',
      ELVES_AUDIT_KEY_FILE: join(folder, 'audit-key'),
      ELVES_COMMAND_PORT: '0',
      ELVES_KAFKA_BROKERS: kafka.brokers,
      ELVES_KAFKA_TOPIC_PREFIX: kafka.newPrefix(),
      ELVES_KAFKA_AGENT_PARTITIONS: '2',
    }
    children = {}
    for (const name of ['one', 'other']) children[name] = await serviceChild('main.ts', { ...env, ELVES_INSTANCE: name })
  }, 120_000)
  afterEach(async () => {
    for (const { child, kill } of Object.values(children)) {
      child.kill('SIGCONT')
      await kill('SIGKILL')
    }
    await database.close()
    await rm(folder, { recursive: true })
  })

  const all = [
    'agent-presence',
    'app-distribution',
    'deadlines',
    'log-tree',
    'lost-processing',
    'personal-keys',
    'queue-runner',
    'relay',
    'scheduler',
    'secret-sealing',
    'waiting-tasks',
    'watcher',
    'webhooks',
  ]
  const leases = async () => {
    const { rows } = await database.pool.query<{ name: string; owner: string; token: string }>(
      'select name, owner, token from elves.leases where expires_at > clock_timestamp() order by name',
    )
    return rows
  }
  const ownedBy = (owner: string | null) =>
    waitFor(
      async () => {
        const held = await leases()
        return held.length === all.length && (owner === null || held.every((lease) => lease.owner === owner)) && held
      },
      { what: `the leases of ${owner}`, timeoutMs: takeoverMs },
    )

  it('is done by the other when its owner stalls, which then does no harm, and by that one again when the other is killed', async () => {
    const held = await ownedBy(null)
    expect(held.map(({ name }) => name)).toEqual(all)
    const [stalling, other] = held[1]?.owner === 'one' ? (['one', 'other'] as const) : (['other', 'one'] as const)
    children[stalling]?.child.kill('SIGSTOP')
    const taken = await ownedBy(other)
    children[stalling]?.child.kill('SIGCONT')
    await waitFor(() => children[stalling]?.isReady(), { what: 'the stalled one to be back' })
    expect(await ownedBy(other)).toEqual(taken)
    await children[other]?.kill('SIGKILL')
    const back = await ownedBy(stalling)
    expect(back.map(({ name }) => name)).toEqual(all)
    expect(await children[stalling]?.isReady()).toBe(true)
  })
})
