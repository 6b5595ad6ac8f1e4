import { ElvesError } from '../foundation/errors.ts'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { Pauses } from '../foundation/waiting.ts'
import type { BrokerLink } from './broker-link.ts'
import { brokerPauses } from './broker-pauses.ts'
import { type IncomingRecord, incomingRecord } from './incoming-record.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { isRefusal, kafkaErrorType, kafkaRefused } from './kafka-error.ts'
import type { FetchedMessage, InternalBroker } from './kafkajs-internals.ts'
import { untilTaken } from './until-taken.ts'

export type { IncomingRecord } from './incoming-record.ts'

export type StartOffset = bigint | 'end' | 'beginning'

/** Reads fixed partitions without a consumer group; its caller keeps the offsets. */
export interface PartitionReader extends Running {
  /**
   * Resolves when all start offsets are fixed: records that are produced later will be read. Rejects with KAFKA_REFUSED, or
   * SHUTTING_DOWN.
   */
  readonly ready: Promise<void>
  /** Returns true if the brokers answered the last fetch of every partition. */
  isReading(): boolean
  /** Returns the offset that is read next; 0 before `ready`. */
  offsetOf(partition: number): bigint
}

export interface PartitionReaderOptions {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly partitions: 'all' | readonly number[]
  readonly from: 'end' | 'beginning' | ((partition: number) => StartOffset)
  /** Called once at a time for a partition, in order, with each record once. If it throws, it gets the same records again. */
  readonly onRecords: (partition: number, records: readonly IncomingRecord[]) => Promise<void> | void
  /** Called when reading continues at `to`: the records before it are gone, or (`to` < `from`) the topic was cut or made anew. */
  readonly onSkipped?: (partition: number, from: bigint, to: bigint) => void
  readonly logger: Logger
}

export function partitionReader(options: PartitionReaderOptions): PartitionReader {
  return new Reader(options)
}

/** How long a broker holds a fetch when there is nothing new; it answers at once when there is. */
const longestWaitMs = 1_000
const partitionBytes = 1024 * 1024
const fetchBytes = 8 * 1024 * 1024
const readCommitted = 1
/** A broker that was restarted, or has just made the topic, may not know it for a moment. */
const missingTopicMs = 5_000

class Reader implements PartitionReader {
  readonly ready: Promise<void>
  readonly #options: PartitionReaderOptions
  readonly #logger: Logger
  readonly #offsets = new Map<number, bigint>()
  readonly #stopping = new AbortController()
  readonly #pauses: Pauses
  readonly #running: Promise<void>
  /** Partitions whose last fetch was answered. */
  readonly #answered = new Set<number>()
  #link: BrokerLink | null = null
  #settleReady: { readonly resolve: () => void; readonly reject: (error: ElvesError) => void }
  #missingSince: number | null = null
  #isFailing = false

  constructor(options: PartitionReaderOptions) {
    this.#options = options
    this.#logger = options.logger.child({ topic: options.topic })
    this.#pauses = brokerPauses(this.#stopping.signal)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.ready = promise
    this.#settleReady = { resolve, reject }
    // A caller that does not wait for `ready` learns of a refusal from the log.
    promise.catch(() => undefined)
    this.#running = this.#run()
  }

  isReading(): boolean {
    return this.#offsets.size > 0 && this.#answered.size === this.#offsets.size
  }

  offsetOf(partition: number): bigint {
    return this.#offsets.get(partition) ?? 0n
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#link?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const link = this.#options.connection.dial()
      this.#link = link
      try {
        await this.#readOver(link)
      } catch (error) {
        if (!signal.aborted) this.#noteFailure(error)
      }
      this.#answered.clear()
      link.close()
      if (!signal.aborted) await this.#pauses.pause()
    }
    this.#settleReady.reject(new ElvesError('SHUTTING_DOWN', 'The reader was stopped.'))
  }

  /** Reads until the link fails or the reader is stopped. */
  async #readOver(link: BrokerLink): Promise<void> {
    const { topic } = this.#options
    await this.#fixOffsets(link)
    const partitions = [...this.#offsets.keys()]
    const leaders = await link.leadersOf(topic, partitions)
    this.#settleReady.resolve()
    const ending = new AbortController()
    const loops = [...leaders].map(async ([broker, led]) => {
      try {
        while (!this.#stopping.signal.aborted && !ending.signal.aborted) await this.#fetch(link, broker, led)
      } catch (error) {
        // Otherwise the other loops would wait for their brokers.
        ending.abort()
        link.close()
        throw error
      }
    })
    const ends = await Promise.allSettled(loops)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  /** Sets the start offsets, unless they are known: after a reconnection, reading continues where it was. */
  async #fixOffsets(link: BrokerLink): Promise<void> {
    const { topic, partitions, from } = this.#options
    if (this.#offsets.size > 0) return
    const count = await link.partitionsOf(topic)
    const wanted = partitions === 'all' ? Array.from({ length: count }, (_, partition) => partition) : partitions
    const offsets = await link.offsetsOf(topic, wanted)
    const starts = wanted.map((partition) => {
      const start = typeof from === 'function' ? from(partition) : from
      if (typeof start === 'bigint') return [partition, start] as const
      const has = offsets.get(partition)
      if (has === undefined) throw new Error(`the brokers do not know the offsets of partition ${partition}`)
      return [partition, start === 'end' ? has.end : has.first] as const
    })
    for (const [partition, start] of starts) this.#offsets.set(partition, start)
  }

  async #fetch(link: BrokerLink, broker: InternalBroker, led: readonly number[]): Promise<void> {
    const { topic } = this.#options
    const asked = led.map((partition) => ({ partition, fetchOffset: String(this.offsetOf(partition)), maxBytes: partitionBytes }))
    try {
      const limits = { maxWaitTime: longestWaitMs, minBytes: 1, maxBytes: fetchBytes, isolationLevel: readCommitted }
      const { responses } = await broker.fetch({ ...limits, topics: [{ topic, partitions: asked }] })
      this.#noteSuccess(led)
      const fetched = responses.flatMap((response) => response.partitions)
      await Promise.all(fetched.map(({ partition, messages }) => this.#deliver(partition, messages)))
    } catch (error) {
      if (kafkaErrorType(error) !== 'OFFSET_OUT_OF_RANGE') throw error
      await this.#skip(link, led)
    }
  }

  async #deliver(partition: number, messages: readonly FetchedMessage[]): Promise<void> {
    // A batch is fetched whole, even if reading continues in the middle of it.
    const next = this.offsetOf(partition)
    const fresh = messages.filter(({ offset }) => BigInt(offset) >= next)
    const last = fresh.at(-1)
    if (last === undefined) return
    const records = fresh
      .filter(({ isControlRecord }) => isControlRecord !== true)
      .map((message) => incomingRecord(this.#options.topic, partition, message))
    if (records.length > 0 && !(await this.#take(partition, records))) return
    this.#offsets.set(partition, BigInt(last.offset) + 1n)
  }

  #take(partition: number, records: readonly IncomingRecord[]): Promise<boolean> {
    return untilTaken(partition, records, { handle: this.#options.onRecords, signal: this.#stopping.signal, logger: this.#logger })
  }

  /** Moves on when the broker has no records at one of the offsets. */
  async #skip(link: BrokerLink, led: readonly number[]): Promise<void> {
    const offsets = await link.offsetsOf(this.#options.topic, led)
    for (const [partition, { first, end }] of offsets) {
      const from = this.offsetOf(partition)
      if (from >= first && from <= end) continue
      this.#logger.warn({ partition, from: String(from), to: String(first) }, 'Kafka does not have the records that are next')
      this.#offsets.set(partition, first)
      this.#options.onSkipped?.(partition, from, first)
    }
  }

  #noteSuccess(led: readonly number[]): void {
    for (const partition of led) this.#answered.add(partition)
    this.#pauses.reset()
    this.#missingSince = null
    if (this.#isFailing) this.#logger.info('reading from Kafka again')
    this.#isFailing = false
  }

  #noteFailure(error: unknown): void {
    if (!this.#isFailing) this.#logger.warn({ err: error }, 'reading from Kafka fails; trying again')
    this.#isFailing = true
    if (isRefusal(error) || this.#isTopicMissing(error)) {
      this.#settleReady.reject(kafkaRefused(error, `Kafka does not let us read ${this.#options.topic}`))
    }
  }

  #isTopicMissing(error: unknown): boolean {
    if (kafkaErrorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') return false
    this.#missingSince ??= performance.now()
    return performance.now() - this.#missingSince > missingTopicMs
  }
}
