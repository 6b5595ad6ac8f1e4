import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { IncomingRecord } from './incoming-record.ts'
import type { KafkaConnection } from './kafka-connection.ts'

/** A member of a consumer group: each record goes to one member, and again to another one if that one dies. */
export interface SharedConsumer extends Running {
  /** Whether it is a member now. */
  isReady(): boolean
}

export interface SharedConsumerOptions {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly groupId: string
  /** Committed when it resolves. If it throws, the same records come again: park what is bad, do not throw for it. */
  readonly handle: (partition: number, records: readonly IncomingRecord[]) => Promise<void>
  readonly logger: Logger
}

export function sharedConsumer(_options: SharedConsumerOptions): SharedConsumer {
  throw new Error('not yet')
}
