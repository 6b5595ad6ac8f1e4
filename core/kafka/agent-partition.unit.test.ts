import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { agentPartition } from './agent-partition.ts'

test("puts an agent where every Kafka client's default partitioner puts its key", () => {
  const theirs = Partitioners.DefaultPartitioner()
  const metadata = (partitions: number) =>
    Array.from({ length: partitions }, (_, partitionId) => ({ partitionErrorCode: 0, partitionId, leader: 0, replicas: [], isr: [] }))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 200 }), (key, partitions) => {
      const wanted = theirs({ topic: '', partitionMetadata: metadata(partitions), message: { key, value: null } })
      expect(agentPartition(key, partitions)).toBe(wanted)
    }),
  )
})

test('puts agents in all partitions', () => {
  const partitions = Array.from({ length: 500 }, (_, index) => agentPartition(`agent-${index}`, 16))
  expect(new Set(partitions).size).toBe(16)
})
