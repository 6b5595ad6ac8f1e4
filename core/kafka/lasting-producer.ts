import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { KafkaConnection } from './kafka-connection.ts'

export interface OutgoingRecord {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Produces for as long as it takes, in the order of the calls for each topic and key. */
export interface LastingProducer extends Running {
  /**
   * Resolves when the brokers have the records durably, however long they are away until then. Rejects only with
   * KAFKA_REFUSED (they never will), or SHUTTING_DOWN at the stop.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>
  /** Bytes of values that no broker has confirmed yet: what a caller may bound. */
  readonly waitingBytes: number
  readonly isConnected: boolean
}

export interface LastingProducerOptions {
  readonly connection: KafkaConnection
  readonly logger: Logger
}

export function lastingProducer(_options: LastingProducerOptions): LastingProducer {
  throw new Error('not yet')
}
