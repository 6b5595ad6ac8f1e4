import { sampleAppend, sampleEvent, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readCheckpoint } from '../handlers/checkpoint.ts'
import { expectWholeTopic, type RelayedLog, relayedLog } from './testing/relayed-log.ts'

let log: RelayedLog
beforeEach(async () => {
  log = await relayedLog(await testKafka())
})
afterEach(() => log.close())

async function checkpoint(): Promise<string | null> {
  return readCheckpoint(log.database.pool, 'elves', 'relay')
}

/** As a relay that was declared dead sees it. */
async function takeLease(): Promise<void> {
  await log.database.pool.query(`update elves.leases set owner = 'other', token = token + 1, expires_at = now() where name = 'relay'`)
}

describeKafka('a relay', () => {
  it('carries every event in order and as stored, from the first one on, and keeps its checkpoint behind', async () => {
    await log.write(2500)
    const relay = await log.relay('a')
    await log.write(10)
    await expectWholeTopic(log)
    const head = await log.store.head()
    await waitFor(() => relay.position() === head, { what: 'the position' })
    await waitFor(async () => (await checkpoint()) === head, { what: 'the checkpoint' })
  })

  it('goes on where the one before it stopped, and repeats nothing after a clean stop', async () => {
    const first = await log.relay('a')
    await log.write(30)
    await log.seen()
    await first.stop()
    expect([first.isActive(), first.position()]).toEqual([false, null])
    await log.write(30)
    await log.relay('b')
    await expectWholeTopic(log)
    expect(log.records).toHaveLength(60)
  })

  it('carries events that fill more than one batch of the brokers', async () => {
    const message = { inline: 'x'.repeat(250_000), encrypted: null, reference: null }
    const output = { workerFlag: 1, message, costMs: 1, truncated: false, byteCount: 1, sha256: null, altered: false, printed: null, exit: null }
    const data = { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1, isLate: false, output }
    const events = Array.from({ length: 12 }, () => ({ ...sampleEvent(), event: { type: 'TaskSucceeded', data } as const }))
    await log.store.append([{ stream: sampleStream(), expectedVersion: -1, events }])
    await log.relay('a')
    await expectWholeTopic(log)
  })

  it('is one at a time: the next one waits, and takes over when the first one stops', async () => {
    const relays = [await log.relay('a'), await log.relay('b')] as const
    await waitFor(() => relays.some((relay) => relay.isActive()), { what: 'an active relay' })
    const [active, waiting] = relays[0].isActive() ? relays : ([relays[1], relays[0]] as const)
    await log.write(20)
    await log.seen()
    expect([active.isActive(), waiting.isActive()]).toEqual([true, false])
    await active.stop()
    await log.write(20)
    await expectWholeTopic(log)
    expect(waiting.isActive()).toBe(true)
  })

  it('loses and reorders nothing though its lease is taken away again and again, wherever it is', async () => {
    await Promise.all([log.relay('a'), log.relay('b')])
    const writing = log.writing()
    for (let times = 0; times < 5; times++) {
      const goal = log.records.length + 150
      await waitFor(() => log.records.length > goal, { timeoutMs: 60_000, what: 'events on the topic' })
      await takeLease()
    }
    await writing.stop()
    await expectWholeTopic(log)
  })

  it('leaves out an event that it can not read, and carries what comes before and after it', async () => {
    const relay = await log.relay('a')
    await log.write(3)
    await log.seen()
    await log.database.pool.query(`insert into elves.events select max(position) + 1, 'task-FFFFFFFFFFFFFFFF', 0, gen_random_uuid(), 'TaskTeleported', now(), '\\x00',
      '\\xc301ffffffffffffffff00' from elves.events`)
    await log.store.append([sampleAppend(sampleStream(), -1, 5)])
    const head = await log.store.head()
    await waitFor(() => relay.position() === head, { what: 'the position' })
    await waitFor(() => log.records.length >= 8, { what: 'the events after it' })
    expect(log.records).toHaveLength(8)
  })

  it('tells in the metrics whether it is active, where it is and how far behind', async () => {
    const registry = new Registry()
    const relay = await log.relay('a', registry)
    await log.write(7)
    const head = await log.store.head()
    await waitFor(() => relay.position() === head, { what: 'the position' })
    const metrics = await registry.metrics()
    for (const line of ['elves_relay_active 1', 'elves_relay_position 7', 'elves_relay_lag 0']) expect(metrics).toContain(`${line}\n`)
    await relay.stop()
    const after = await registry.metrics()
    expect(after).toContain('elves_relay_active 0\n')
    expect(after).not.toMatch(/^elves_relay_(position|lag) /m)
  })
})
