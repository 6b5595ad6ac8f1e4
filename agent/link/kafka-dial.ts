import { join } from 'node:path'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { agentPartition } from '@elves/core/kafka/agent-partition.ts'
import { kafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import type { KafkaSettings } from '@elves/core/kafka/kafka-settings.ts'
import { kafkaSessions } from './kafka-session.ts'
import type { Dial } from './link-session.ts'
import { storedOffset } from './stored-offset.ts'

export interface KafkaDialOptions {
  readonly settings: KafkaSettings
  readonly agentId: string
  readonly journalId: string
  /** Folder of the file that holds the read offset. */
  readonly dataDir: string
  readonly logger: Logger
}

export interface KafkaDial extends Running {
  readonly dial: Dial
}

/** Opens sessions over Kafka. Stop it after the link. Import it only for agents that link by Kafka: it loads the Kafka client. */
export async function kafkaDial({ settings, agentId, journalId, dataDir, logger }: KafkaDialOptions): Promise<KafkaDial> {
  const connection = await kafkaConnection({ settings, clientId: `elves-agent-${agentId}`, logger })
  const partition = agentPartition(agentId, settings.agentPartitions)
  const topic = connection.topics.instructions
  const stored = await storedOffset({ path: join(dataDir, 'kafka-offset.json'), journalId, topic, partition, logger })
  return { dial: kafkaSessions({ connection, agentId, partition, offset: stored.offset, keepOffset: stored.write }), stop: () => stored.stop() }
}
