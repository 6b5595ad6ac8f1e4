import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { asElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer, type OutgoingRecord } from '../../kafka/lasting-producer.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch } from '../event-store.ts'
import { readCheckpoint } from '../handlers/checkpoint.ts'
import type { Lease } from '../leases/lease.ts'
import { formatPosition, type Position, parsePosition } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { encodeEventRecord } from './event-record.ts'
import { TrailingCheckpoint } from './trailing-checkpoint.ts'

const batchEvents = 1000
/** Brokers take 1 MiB a batch unless told otherwise. */
const batchBytes = 512 * 1024
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
        try {
          await this.#carry(producer)
        } catch (thrown) {
          const error = asElvesError(thrown)
          if (error.code === 'LEASE_LOST' || error.code === 'CHECKPOINT_CONFLICT') {
            logger.info({ err: error }, 'another relay has taken over')
            return
          }
          if (lease.signal.aborted) return
          if (!error.canRetry) throw error
          logger.warn({ err: error }, 'the relay failed; it goes on from its checkpoint')
          await pause(retryMs, undefined, { signal: lease.signal }).catch(() => undefined)
        }
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
    const failing = new AbortController()
    const signal = AbortSignal.any([lease.signal, failing.signal])
    const checkpoint = new TrailingCheckpoint({ pool, schema, name, token: lease.token, from, onFailed: (error) => failing.abort(error) })
    try {
      for await (const batch of store.subscribe({ after: position, batchSize: batchEvents, signal })) {
        for (const records of this.#recordsOf(batch, position)) {
          await unlessAborted(producer.send(records.outgoing), signal)
          position = records.upTo
          this.#position = position
          checkpoint.pass(position)
        }
      }
      failing.signal.throwIfAborted()
    } finally {
      await checkpoint.settle()
    }
  }

  /** In order, split where a batch would be too large for the brokers. */
  *#recordsOf({ events }: EventBatch, after: Position): Generator<{ outgoing: readonly OutgoingRecord[]; upTo: Position }> {
    const topic = this.#options.connection.topics.events
    let outgoing: OutgoingRecord[] = []
    let bytes = 0
    let previous = after
    for (const event of events) {
      const value = encodeEventRecord(event, previous)
      if (outgoing.length > 0 && bytes + value.length > batchBytes) {
        yield { outgoing, upTo: previous }
        outgoing = []
        bytes = 0
      }
      outgoing.push({ topic, key: event.stream, value })
      bytes += value.length
      previous = event.position
    }
    if (outgoing.length > 0) yield { outgoing, upTo: previous }
  }
}

/** Waits no longer than the signal allows; what it waited for may still happen. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    signal.throwIfAborted()
    await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    // Rejects at the stop of the producer where nobody waits any more.
    work.catch(() => undefined)
  }
}
