import type pg from 'pg'
import { asElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { pause, unlessAborted } from '../../foundation/waiting.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer, type OutgoingRecord } from '../../kafka/lasting-producer.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch } from '../event-store.ts'
import { readCheckpoint } from '../handlers/checkpoint.ts'
import { restAfter } from '../handlers/rest.ts'
import type { Lease } from '../leases/lease.ts'
import { formatPosition, type Position, parsePosition } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { encodeEventRecord } from './event-record.ts'
import { TrailingCheckpoint } from './trailing-checkpoint.ts'

const batchEvents = 1000
const retryMs = 200

export interface RelayTurnOptions {
  readonly connection: KafkaConnection
  readonly store: EventFeed
  readonly pool: pg.Pool
  readonly schema: string
  /** Of the checkpoint and of the lease. */
  readonly name: string
  readonly lease: Lease
  readonly logger: Logger
}

/**
 * The work of a relay under one lease. One batch is in flight at a time, so that what an owner sends late, after it lost the
 * lease without noticing, is one run that begins at or before the next owner's: repeated, never out of order.
 */
export class RelayTurn {
  readonly #options: RelayTurnOptions
  #position: Position | null = null

  constructor(options: RelayTurnOptions) {
    this.#options = options
  }

  /** Up to where the brokers have everything; null until the checkpoint is read. */
  get position(): Position | null {
    return this.#position
  }

  /** Until the lease ends. Throws what is not to be mended by trying again. */
  async run(): Promise<void> {
    const { connection, logger, lease } = this.#options
    const producer = lastingProducer({ connection, logger })
    try {
      while (!lease.signal.aborted) {
        const error = await this.#carry(producer).then(() => null, asElvesError)
        if (!error || lease.signal.aborted) continue
        if (error.code === 'LEASE_LOST' || error.code === 'CHECKPOINT_CONFLICT') {
          logger.info({ err: error }, 'another relay has taken over')
          return
        }
        if (!error.canRetry) throw error
        logger.warn({ err: error }, 'the relay failed; it goes on from its checkpoint')
        await pause(retryMs, lease.signal)
      }
    } finally {
      await producer.stop()
    }
  }

  async #carry(producer: LastingProducer): Promise<void> {
    const { store, pool, schema, name, lease, logger } = this.#options
    const from = await patiently(() => readCheckpoint(pool, schema, name))
    let position = from ?? formatPosition(parsePosition(await store.head()).logId, 0)
    this.#position = position
    logger.info({ position }, 'relaying events')
    // Where the brokers were wiped since, the topic begins here: consumers read what is before it from the store. To have it
    // all on the topic again, remove the checkpoint.
    const failing = new AbortController()
    const signal = AbortSignal.any([lease.signal, failing.signal])
    const checkpoint = new TrailingCheckpoint({ pool, schema, name, token: lease.token, from, onFailed: (error) => failing.abort(error) })
    try {
      for await (const batch of store.subscribe({ after: position, batchSize: batchEvents, signal })) {
        if (batch.events.length === 0) continue
        const startedAt = performance.now()
        await unlessAborted(producer.send(this.#recordsOf(batch, position)), signal)
        position = batch.position
        this.#position = position
        checkpoint.pass(position)
        if (batch.isCaughtUp) await restAfter(performance.now() - startedAt, signal)
      }
      failing.signal.throwIfAborted()
    } finally {
      await checkpoint.settle()
    }
  }

  #recordsOf({ events }: EventBatch, after: Position): OutgoingRecord[] {
    const topic = this.#options.connection.topics.events
    return events.map((event, index) => {
      const previous = events[index - 1]?.position ?? after
      return { topic, key: event.stream, value: encodeEventRecord(event, previous) }
    })
  }
}
