import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { IncomingRecord } from './incoming-record.ts'
import type { KafkaConnection } from './kafka-connection.ts'

export type { IncomingRecord } from './incoming-record.ts'

export type StartOffset = bigint | 'end' | 'beginning'

/** Reads fixed partitions without a consumer group; its offsets are its caller's. */
export interface PartitionReader extends Running {
  /** When all start offsets are fixed: what is produced from then on is read. Rejects with KAFKA_REFUSED, or SHUTTING_DOWN. */
  readonly ready: Promise<void>
  /** Whether the brokers answered the last fetch of every partition. */
  isReading(): boolean
  /** The offset that is read next. */
  offsetOf(partition: number): bigint
}

export interface PartitionReaderOptions {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly partitions: 'all' | readonly number[]
  readonly from: 'end' | 'beginning' | ((partition: number) => StartOffset)
  /** One call at a time for a partition, in order, each record once. One that throws gets the same records again. */
  readonly onRecords: (partition: number, records: readonly IncomingRecord[]) => Promise<void> | void
  /** Reading goes on at `to`: the records before it are gone, or (`to` < `from`) the topic was made anew. */
  readonly onSkipped?: (partition: number, from: bigint, to: bigint) => void
  readonly logger: Logger
}

export function partitionReader(_options: PartitionReaderOptions): PartitionReader {
  throw new Error('not yet')
}
