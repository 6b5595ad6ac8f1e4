import { describeKafka, describeOwnKafka, ownKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, expect, it } from 'vitest'
import { expectWholeTopic, type RelayedLog, relayedLog } from './testing/relayed-log.ts'

/** Each takes seconds by nature: a lease expires, a broker starts. On a busy machine it takes many times that. */
const timeoutMs = 240_000

let log: RelayedLog
afterEach(() => log.close())

describeKafka('a relay in a process of its own', () => {
  it('loses and reorders nothing though it is killed at any point, again and again, while events are written', { timeout: timeoutMs }, async () => {
    log = await relayedLog(await testKafka())
    const writing = log.writing()
    for (let kills = 0; kills < 4; kills++) {
      const relay = log.relayProcess(`relay-${kills}`)
      await waitFor(() => relay.isActive(), { timeoutMs: 60_000, everyMs: 1, what: 'the relay to take over' })
      // From the first moment of its work to the middle of a steady flow.
      const goal = log.records.length + Math.floor(Math.random() * 300 * kills)
      await waitFor(() => log.records.length >= goal, { timeoutMs: 60_000, everyMs: 1, what: 'events on the topic' })
      await relay.kill()
    }
    log.relayProcess('relay-last')
    await writing.stop()
    await expectWholeTopic(log)
  })

  it('that stood still for longer than its lease repeats at most what it had begun, and leaves the rest to its successor', {
    timeout: timeoutMs,
  }, async () => {
    log = await relayedLog(await testKafka())
    const writing = log.writing()
    const stalled = log.relayProcess('stalled')
    await waitFor(() => stalled.isActive() && log.records.length > 200, { timeoutMs: 60_000, what: 'events on the topic' })
    stalled.child.kill('SIGSTOP')
    const successor = await log.relay('successor')
    await waitFor(() => successor.position() !== null, { timeoutMs: 60_000, what: 'the successor' })
    const goal = log.records.length + 500
    await waitFor(() => log.records.length > goal, { timeoutMs: 60_000, what: 'events of the successor' })
    stalled.child.kill('SIGCONT')
    await waitFor(() => !stalled.isActive(), { what: 'the stalled one to see that it is not active' })
    await writing.stop()
    expect(successor.isActive()).toBe(true)
    await expectWholeTopic(log)
  })
})

describeOwnKafka('a relay whose broker is killed', () => {
  it('goes on when the broker is back, and has lost and reordered nothing', { timeout: timeoutMs }, async () => {
    const kafka = await ownKafka()
    try {
      log = await relayedLog(kafka)
      await log.relay('a')
      const writing = log.writing()
      await waitFor(() => log.records.length > 300, { timeoutMs: 60_000, what: 'events on the topic' })
      await kafka.kill()
      const head = await log.store.head()
      await waitFor(async () => (await log.store.head()) > head, { what: 'writers that do not wait for brokers' })
      await kafka.start()
      await writing.stop()
      await expectWholeTopic(log)
      await log.close()
    } finally {
      await kafka.remove()
    }
  })
})
