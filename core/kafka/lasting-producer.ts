import { ElvesError } from '../foundation/errors.ts'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { BrokerLink } from './broker-link.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { bytesOfRecord, TopicLane } from './topic-lane.ts'

export interface OutgoingRecord {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Tries to produce for ever, in the order of the calls for each topic and key. */
export interface LastingProducer extends Running {
  /**
   * Resolves when the brokers have the records durably, however long they are away until then. Rejects only with
   * KAFKA_REFUSED (they will never accept them), or SHUTTING_DOWN at the stop.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>
  /** Bytes of values and headers that no broker has confirmed yet, so that a caller can bound them. */
  readonly waitingBytes: number
  readonly isConnected: boolean
}

export interface LastingProducerOptions {
  readonly connection: KafkaConnection
  readonly logger: Logger
}

const keepConnectedMs = 1_000
const drainMs = 3_000

/**
 * The producer of kafkajs was rejected: after a failed send, it gives the sequence numbers of that send to other records.
 * The broker takes those for duplicates, so they are acknowledged and lost. (With several sends at once, this happens even
 * while it retries.)
 */
export function lastingProducer({ connection, logger }: LastingProducerOptions): LastingProducer {
  return new Producer(connection, logger)
}

class Producer implements LastingProducer {
  readonly #connection: KafkaConnection
  readonly #logger: Logger
  readonly #lanes = new Map<string, TopicLane>()
  readonly #ending = new AbortController()
  readonly #keeping: NodeJS.Timeout
  #link: BrokerLink | null = null
  #waitingBytes = 0
  #stopping: Promise<void> | undefined

  constructor(connection: KafkaConnection, logger: Logger) {
    this.#connection = connection
    this.#logger = logger
    this.#keeping = setInterval(() => this.#keepConnected(), keepConnectedMs)
    this.#keepConnected()
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get isConnected(): boolean {
    return this.#link?.isConnected ?? false
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#stopping !== undefined) throw new ElvesError('SHUTTING_DOWN', 'The producer has stopped.', { canRetry: true })
    if (records.length === 0) return
    const bytes = records.reduce((sum, record) => sum + bytesOfRecord(record), 0)
    this.#waitingBytes += bytes
    try {
      const byTopic = Map.groupBy(records, ({ topic }) => topic)
      await Promise.all([...byTopic].map(([topic, ofTopic]) => this.#sendTo(topic, ofTopic)))
    } finally {
      this.#waitingBytes -= bytes
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    clearInterval(this.#keeping)
    const idle = Promise.all([...this.#lanes.values()].map((lane) => lane.idle()))
    const giveUp = setTimeout(() => this.#end(), this.isConnected ? drainMs : 0)
    await idle
    clearTimeout(giveUp)
    this.#end()
  }

  #end(): void {
    this.#ending.abort()
    this.#link?.close()
    this.#link = null
  }

  #sendTo(topic: string, records: readonly OutgoingRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: ElvesError | null) => (error === null ? resolve() : reject(error))
      this.#laneOf(topic).push({ records, done })
    })
  }

  #laneOf(topic: string): TopicLane {
    const existing = this.#lanes.get(topic)
    if (existing !== undefined) return existing
    const lane = new TopicLane({
      topic,
      compression: this.#connection.settings.compression,
      link: () => this.#currentLink(),
      dropLink: (link) => this.#drop(link),
      signal: this.#ending.signal,
      logger: this.#logger,
    })
    this.#lanes.set(topic, lane)
    return lane
  }

  #currentLink(): BrokerLink {
    this.#link ??= this.#connection.dial()
    return this.#link
  }

  #drop(link: BrokerLink): void {
    link.close()
    if (this.#link === link) this.#link = null
  }

  /** Connects ahead of time, so that the first send need not wait, and `isConnected` is true again without a send. */
  #keepConnected(): void {
    if (this.isConnected || this.#waitingBytes > 0) return
    const link = this.#currentLink()
    link.connect().then(
      () => (link.isConnected || this.#ending.signal.aborted ? undefined : this.#drop(link)),
      () => this.#drop(link),
    )
  }
}
