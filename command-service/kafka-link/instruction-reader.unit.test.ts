import type { IncomingRecord } from '@elves/core/kafka/partition-reader.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { expect, test } from 'vitest'
import { handRecords } from './instruction-reader.ts'

const cancel = encode('CancelTask', { taskId: 'A'.repeat(16), attempt: 1, reason: null, correlationId: 'c' })
const pong = encode('CenterPong', { agentClockMs: 1, clockMs: 2 })

function record(key: string, value: Buffer, headers: Record<string, string> = {}): IncomingRecord {
  return { topic: 'elves.instructions', partition: 0, offset: 7n, key, value, headers, timestampMs: 0 }
}

test('passes over what is no instruction, tells it, and hands on what comes behind it', () => {
  const handed: string[] = []
  const told: string[] = []
  const send = (agentId: string) => {
    handed.push(agentId)
    return true
  }
  const records = [record('a', Buffer.from('what is this?')), record('b', pong), record('c', cancel.subarray(0, 4)), record('d', cancel)]
  handRecords(records, { send }, ({ key }) => told.push(key))
  expect([handed, told]).toEqual([['d'], ['a', 'b', 'c']])
})

test('leaves the answers to agents on Kafka to them', () => {
  const handed: string[] = []
  const send = (agentId: string) => handed.push(agentId) > 0
  handRecords([record('a', pong, { session: 's' })], { send }, () => expect.unreachable())
  expect(handed).toEqual([])
})
