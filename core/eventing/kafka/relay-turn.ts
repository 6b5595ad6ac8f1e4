import type pg from 'pg'
import { asElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { Pauses, pause, unlessAborted } from '../../foundation/waiting.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer, type OutgoingRecord } from '../../kafka/lasting-producer.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch } from '../event-store.ts'
import { readCheckpoint } from '../handlers/checkpoint.ts'
import type { Lease } from '../leases/lease.ts'
import { formatPosition, type Position, parsePosition } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { unreadableEvent } from '../unreadable-event.ts'
import { encodeEventRecord } from './event-record.ts'
import { TrailingCheckpoint } from './trailing-checkpoint.ts'

const batchEvents = 1000
/**
 * After a batch that had all there was, events gather for so long. Each batch costs a request at the broker and two for each
 * reader (about 1 ms of CPU each, and what the readers do), and no reader of the topic needs it sooner: who waits for an end
 * or follows a subscription hears from the store. An event after a silence is sent at once.
 */
const gatherMs = 100
const retries = { firstMs: 200, longestMs: 2_000 }

export interface RelayTurnOptions {
  readonly connection: KafkaConnection
  readonly store: EventFeed
  readonly pool: pg.Pool
  readonly schema: string
  /** Name of the checkpoint and of the lease. */
  readonly name: string
  readonly lease: Lease
  readonly logger: Logger
}

/**
 * The work of a relay under one lease. Only one batch is in flight at a time. So if an owner has lost the lease without
 * noticing, its late batch is one run that begins at or before the first batch of the next owner: events may repeat, but
 * never out of order.
 */
export class RelayTurn {
  readonly #options: RelayTurnOptions
  readonly #tries: Tries
  #position: Position | null = null

  constructor(options: RelayTurnOptions) {
    this.#options = options
    this.#tries = new Tries(options.logger)
  }

  /** The brokers have all events up to here; null until the checkpoint is read. */
  get position(): Position | null {
    return this.#position
  }

  /** Relays until the lease ends. Throws errors that a retry does not cure. */
  async run(): Promise<void> {
    const { connection, logger, lease } = this.#options
    const producer = lastingProducer({ connection, logger })
    const pauses = new Pauses(retries, lease.signal)
    try {
      while (!lease.signal.aborted) {
        const error = await this.#carry(producer).then(() => null, asElvesError)
        if (!error || lease.signal.aborted) continue
        if (error.code === 'LEASE_LOST' || error.code === 'CHECKPOINT_CONFLICT') {
          logger.info({ err: error }, 'another relay has taken over')
          return
        }
        if (!error.canRetry) throw error
        if (!this.#tries.failed(error)) logger.warn({ err: error }, 'the relay failed; it goes on from its checkpoint')
        await pauses.pause()
      }
    } finally {
      this.#tries.over()
      await producer.stop()
    }
  }

  async #carry(producer: LastingProducer): Promise<void> {
    const { store, pool, schema, name, lease, logger } = this.#options
    const from = await patiently(() => readCheckpoint(pool, schema, name))
    let position = from ?? formatPosition(parsePosition(await store.head()).logId, 0)
    this.#position = position
    this.#tries.over()
    logger.info({ position }, 'relaying events')
    // If the brokers were wiped meanwhile, the topic begins here, and consumers read earlier events from the store. To have
    // all events on the topic again, remove the checkpoint.
    const failing = new AbortController()
    const signal = AbortSignal.any([lease.signal, failing.signal])
    const checkpoint = new TrailingCheckpoint({ pool, schema, name, token: lease.token, from, onFailed: (error) => failing.abort(error) })
    try {
      for await (const batch of store.subscribe({ after: position, batchSize: batchEvents, signal })) {
        if (batch.events.length === 0) continue
        await unlessAborted(producer.send(this.#recordsOf(batch, position)), signal)
        position = batch.position
        this.#position = position
        checkpoint.pass(position)
        if (batch.isCaughtUp) await pause(gatherMs, signal)
      }
      failing.signal.throwIfAborted()
    } catch (thrown) {
      const unreadable = unreadableEvent(thrown)
      if (!unreadable) throw thrown
      const { unreadable: error, ...event } = unreadable
      logger.error({ err: error, ...event }, 'an event can not be read; it is not relayed, and who follows the topic looks for it in the store')
      checkpoint.pass(event.position)
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
