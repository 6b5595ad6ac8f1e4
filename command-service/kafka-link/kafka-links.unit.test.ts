import type { AgentLinkPhase } from '@elves/core/domain/agent-link/agent-link.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { OutgoingRecord } from '@elves/core/kafka/lasting-producer.ts'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { kafkaLinks } from './kafka-links.ts'

describe('links by Kafka', () => {
  it('send each instruction under the id of its agent', async () => {
    const { links, produced, metric } = setUp()
    expect(links.send('agent', Buffer.from('run'))).toBe(true)
    expect(produced).toEqual([{ topic: 'elves.instructions', key: 'agent', value: Buffer.from('run') }])
    await Promise.resolve()
    expect(await metric('elves_instructions_produced_total')).toBe(1)
  })

  it('take no more while the brokers confirm nothing: it is sent again later', async () => {
    const { links, produced, producer, metric } = setUp()
    producer.waitingBytes = 64 * 1024 * 1024
    expect(links.send('agent', Buffer.from('run'))).toBe(false)
    expect(produced).toEqual([])
    expect(await metric('elves_instructions_failed_total')).toBe(1)
    producer.waitingBytes = 0
    expect(links.send('agent', Buffer.from('run'))).toBe(true)
  })

  it('count what the brokers refuse, and nobody else hears of it', async () => {
    const { links, producer, metric } = setUp()
    producer.failure = new ElvesError('KAFKA_REFUSED', 'too large')
    expect(links.send('agent', Buffer.from('run'))).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(await metric('elves_instructions_failed_total')).toBe(1)
  })

  it('make sense to agents that the log calls connected', async () => {
    const { links } = setUp()
    expect(await links.isConnected('CONNECTED')).toBe(true)
    expect(await links.isConnected('OFFLINE')).toBe(false)
    expect(await links.isConnected('unknown')).toBe(false)
  })
})

function setUp() {
  const produced: OutgoingRecord[] = []
  const registry = new Registry()
  const producer = {
    waitingBytes: 0,
    isConnected: true,
    failure: null as ElvesError | null,
    async send(records: readonly OutgoingRecord[]) {
      if (producer.failure) throw producer.failure
      produced.push(...records)
    },
    stop: async () => undefined,
  }
  const agents = {
    find: async (agentId: string) => (agentId === 'unknown' ? null : { agentId, ip: '', phase: agentId as AgentLinkPhase, journalId: null }),
  }
  const connection = { topics: { instructions: 'elves.instructions' } } as KafkaConnection
  const links = kafkaLinks({ connection, producer, agents, logger: silentLogger, registry })
  const metric = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values.reduce((sum, { value }) => sum + value, 0)
  return { links, produced, producer, metric }
}
