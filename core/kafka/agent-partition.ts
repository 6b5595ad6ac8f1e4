import { Partitioners } from 'kafkajs'

const partitionOf = Partitioners.DefaultPartitioner()

/** The partition that an agent's instructions and reports are in: as every Kafka client's default partitioner says (murmur2 of the key). */
export function agentPartition(agentId: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }))
  return partitionOf({ topic: '', partitionMetadata, message: { key: agentId, value: null } })
}
