import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import type { EventFeed } from '../event-feed.ts'
import { holdLease } from '../leases/lease.ts'
import type { Position } from '../position.ts'
import { eventingSchema } from '../postgres/eventing-schema.ts'
import { relayMetrics } from './relay-metrics.ts'
import { RelayTurn } from './relay-turn.ts'

/** Name of the lease and of the checkpoint. */
const relayName = 'relay'
const leaseMs = 3000

export interface RelayOptions {
  readonly connection: KafkaConnection
  /** The feed of the store itself, not the one over Kafka. */
  readonly store: EventFeed
  /** Pool of the database with leases and checkpoints. */
  readonly pool: pg.Pool
  readonly schema?: string
  /** Names this instance, for people. */
  readonly owner: string
  readonly logger: Logger
  readonly registry?: Registry
}

export interface Relay extends Running {
  /** Returns true if this instance is the one that relays. */
  isActive(): boolean
  /** Returns the position up to which the brokers have all events; null while another instance relays. */
  position(): Position | null
}

/**
 * Copies the log from the store to the topic of events, in order. One instance of all is active, under a lease. When it is
 * gone, the next one continues from the checkpoint, which is never ahead of the brokers: so events may repeat, but none is
 * left out.
 */
export function relay(options: RelayOptions): Relay {
  const { schema = eventingSchema, owner, pool, registry, store } = options
  const logger = options.logger.child({ part: relayName })
  let turn: RelayTurn | null = null
  const position = () => turn?.position ?? null
  if (registry) relayMetrics(registry, store, position, () => turn !== null)
  const lease = holdLease({
    pool,
    name: relayName,
    owner,
    ttlMs: leaseMs,
    logger,
    schema,
    async whileHeld(held) {
      turn = new RelayTurn({ ...options, schema, logger, name: relayName, lease: held })
      try {
        await turn.run()
      } finally {
        turn = null
      }
    },
  })
  return { isActive: () => turn !== null, position, stop: () => lease.stop() }
}
