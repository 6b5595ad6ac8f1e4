import type { Kafka } from 'kafkajs'
import type { Logger } from '../foundation/log.ts'
import type { KafkaSettings } from './kafka-settings.ts'

export interface KafkaTopics {
  /** Every event, one partition, key: stream id. */
  readonly events: string
  /** What the center sends to agents, key: agent id. */
  readonly instructions: string
  /** What agents on Kafka send back, key: agent id. */
  readonly reports: string
}

/** What every reader and producer of ours is made from; holds no connection itself. */
export interface KafkaConnection {
  readonly settings: KafkaSettings
  readonly topics: KafkaTopics
  readonly client: Kafka
  readonly logger: Logger
}

export interface KafkaConnectionOptions {
  readonly settings: KafkaSettings
  readonly clientId: string
  readonly logger: Logger
}

/** Reads the TLS files; connects nothing yet. */
export async function kafkaConnection(_options: KafkaConnectionOptions): Promise<KafkaConnection> {
  throw new Error('not yet')
}
