import { createRequire } from 'node:module'
import type { Kafka, KafkaConfig, logCreator, RetryOptions } from 'kafkajs'

/**
 * The parts of kafkajs (pinned to 2.2.4) that the platform uses although they are not in its public API: the classes that
 * speak to one cluster and to one broker. The producer of kafkajs loses records (see lasting-producer.ts), and its consumer
 * can not read fixed partitions.
 */
export interface InternalCluster {
  isConnected(): boolean
  connect(): Promise<void>
  disconnect(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[]
  findBroker(node: { nodeId: number }): Promise<InternalBroker>
  findControllerBroker(): Promise<InternalBroker>
  fetchTopicsOffset(
    topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromBeginning: boolean }[],
  ): Promise<readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly offset: string }[] }[]>
}

export interface InternalBroker {
  initProducerId(request: { transactionTimeout: number }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>
  produce(request: {
    readonly topicData: readonly { readonly topic: string; readonly partitions: readonly ProducePartition[] }[]
    readonly producerId: string
    readonly producerEpoch: number
    readonly acks: -1
    readonly timeout: number
    readonly compression: number
  }): Promise<unknown>
  fetch(request: {
    readonly maxWaitTime: number
    readonly minBytes: number
    readonly maxBytes: number
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string; readonly maxBytes: number }[]
    }[]
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>
}

export interface ProducePartition {
  readonly partition: number
  readonly firstSequence: number
  readonly messages: readonly { readonly key: string; readonly value: Buffer; readonly headers?: Readonly<Record<string, string>> }[]
}

export interface FetchedPartition {
  readonly partition: number
  readonly messages: readonly FetchedMessage[]
}

export interface FetchedMessage {
  readonly offset: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: string
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>> | undefined
  readonly isControlRecord?: boolean
}

export interface InternalClusterOptions extends Omit<KafkaConfig, 'brokers' | 'logCreator'> {
  readonly brokers: readonly string[]
  readonly retry: RetryOptions
  readonly metadataMaxAge: number
  readonly allowAutoTopicCreation: false
  readonly isolationLevel: number
}

interface PatchedQueue {
  pending: readonly unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
}

const require = createRequire(import.meta.url)

export function internalCluster(options: InternalClusterOptions, log: logCreator): InternalCluster {
  const Cluster = require('kafkajs/src/cluster') as new (options: unknown) => InternalCluster
  const { createLogger } = require('kafkajs/src/loggers') as { createLogger(options: unknown): unknown }
  return new Cluster({ ...options, logger: createLogger({ level: options.logLevel, logCreator: log }) })
}

/**
 * Loads kafkajs with a patch: after every answer, it sets a timer for a time in the past (Node warns of it). The patch sets
 * the timer only if requests wait.
 */
export function patchedKafkajs(): { readonly Kafka: typeof Kafka } {
  const RequestQueue = require('kafkajs/src/network/requestQueue') as { prototype: { scheduleCheckPendingRequests(this: PatchedQueue): void } }
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests
  return require('kafkajs') as { Kafka: typeof Kafka }
}

function scheduleCheckPendingRequests(this: PatchedQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return
  const waitMs = Math.max(this.throttledUntil - Date.now(), 10)
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null
    this.checkPendingRequests()
  }, waitMs)
}
