import { CompressionTypes } from 'kafkajs'
import { ElvesError } from '../foundation/errors.ts'
import type { Logger } from '../foundation/log.ts'
import type { Pauses } from '../foundation/waiting.ts'
import { partitionOfKey } from './agent-partition.ts'
import type { BrokerLink, ProducerIdentity } from './broker-link.ts'
import { brokerPauses } from './broker-pauses.ts'
import { isRefusal, kafkaErrorType, kafkaRefused } from './kafka-error.ts'
import type { ProducePartition } from './kafkajs-internals.ts'
import type { OutgoingRecord } from './lasting-producer.ts'

export interface LaneOptions {
  readonly topic: string
  readonly compression: 'none' | 'gzip'
  readonly link: () => BrokerLink
  /** Call it when the link failed; the next call of `link` returns another one. */
  readonly dropLink: (link: BrokerLink) => void
  readonly signal: AbortSignal
  readonly logger: Logger
}

/** The part of a call of `send` that is for one topic. */
export interface LaneSend {
  readonly records: readonly OutgoingRecord[]
  readonly done: (error: ElvesError | null) => void
}

interface Waiting {
  readonly record: OutgoingRecord
  readonly send: { left: number; error: ElvesError | null; readonly done: LaneSend['done'] }
}

const maxBatchRecords = 2_000
/** Below 1 MiB, the default limit of a broker for a batch of one partition. */
const maxBatchBytes = 512 * 1024
const produceTimeoutMs = 10_000
/** A restarted broker may not know its topics for a moment. */
const missingTopicMs = 5_000
const lastSequence = 2_000_000_000
/**
 * The broker does not know this producer any more, or has other numbers for it. The lane then gets a new producer id, whose
 * sequences begin at 0.
 */
const identityErrors: readonly string[] = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
]

/**
 * Sends the records of one topic with one batch in flight; records that gather meanwhile are the next batch. A batch keeps
 * its producer id and sequence numbers until the broker has answered it, over as many connections as that takes. So the
 * broker recognises a batch that it stored although its answer was lost, and no other records ever get these numbers.
 */
export class TopicLane {
  readonly #options: LaneOptions
  readonly #waiting: Waiting[] = []
  readonly #sequences = new Map<number, number>()
  readonly #pauses: Pauses
  #identity: ProducerIdentity | null = null
  #missingSince: number | null = null
  #isFailing = false
  #working: Promise<void> | null = null

  constructor(options: LaneOptions) {
    this.#options = options
    this.#pauses = brokerPauses(options.signal)
  }

  push({ records, done }: LaneSend): void {
    const send = { left: records.length, error: null, done }
    for (const record of records) this.#waiting.push({ record, send })
    this.#working ??= this.#work()
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working
  }

  async #work(): Promise<void> {
    // Records that are pushed in the same turn are one batch: the instructions of a bulk call, for example.
    await null
    while (this.#waiting.length > 0) await this.#deliver(this.#nextBatch())
    this.#working = null
  }

  #nextBatch(): Waiting[] {
    let count = 0
    for (let bytes = 0; count < this.#waiting.length && count < maxBatchRecords; count++) {
      bytes += bytesOfRecord((this.#waiting[count] as Waiting).record)
      if (count > 0 && bytes > maxBatchBytes) break
    }
    return this.#waiting.splice(0, count)
  }

  async #deliver(batch: readonly Waiting[]): Promise<void> {
    let planned: ProducePartition[] | null = null
    for (;;) {
      if (this.#options.signal.aborted) return settle(batch, shuttingDown())
      const link = this.#options.link()
      try {
        if (this.#identity === null) {
          planned = null
          this.#identity = await link.newProducerId(this.#options.topic)
          this.#sequences.clear()
        }
        planned ??= this.#plan(batch, await link.partitionsOf(this.#options.topic))
        await this.#produce(link, this.#identity, planned)
        this.#advance(planned)
        return settle(batch, null)
      } catch (error) {
        if (await this.#isSettledBy(error, batch)) return
        await this.#recover(error, link)
      }
    }
  }

  async #produce(link: BrokerLink, identity: ProducerIdentity, planned: readonly ProducePartition[]): Promise<void> {
    const { topic, compression } = this.#options
    const leaders = await link.leadersOf(
      topic,
      planned.map(({ partition }) => partition),
    )
    const requests = [...leaders].map(([broker, led]) => {
      const topicData = [{ topic, partitions: planned.filter(({ partition }) => led.includes(partition)) }]
      const codec = compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
      return broker.produce({ ...identity, topicData, acks: -1, timeout: produceTimeoutMs, compression: codec })
    })
    await Promise.all(requests)
  }

  #plan(batch: readonly Waiting[], partitions: number): ProducePartition[] {
    const byPartition = Map.groupBy(batch, ({ record }) => partitionOfKey(record.key, partitions))
    return [...byPartition].map(([partition, entries]) => ({
      partition,
      firstSequence: this.#sequences.get(partition) ?? 0,
      messages: entries.map(({ record: { key, value, headers } }) => (headers === undefined ? { key, value } : { key, value, headers })),
    }))
  }

  #advance(planned: readonly ProducePartition[]): void {
    for (const { partition, firstSequence, messages } of planned) {
      this.#sequences.set(partition, firstSequence + messages.length)
      if (firstSequence > lastSequence) this.#identity = null
    }
    this.#pauses.reset()
    this.#missingSince = null
    if (this.#isFailing) this.#options.logger.info({ topic: this.#options.topic }, 'producing to Kafka again')
    this.#isFailing = false
  }

  /**
   * Returns true if the broker will never accept the batch; its callers have been told then. A batch that is too large is
   * tried in halves.
   */
  async #isSettledBy(error: unknown, batch: readonly Waiting[]): Promise<boolean> {
    const { topic } = this.#options
    if (!isRefusal(error) && !this.#isTopicMissing(error)) return false
    // It is unknown what was stored of the batch.
    this.#identity = null
    if (kafkaErrorType(error) === 'MESSAGE_TOO_LARGE' && batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await this.#deliver(batch.slice(0, half))
      await this.#deliver(batch.slice(half))
    } else {
      settle(batch, kafkaRefused(error, `Kafka does not take records for ${topic}`))
    }
    return true
  }

  #isTopicMissing(error: unknown): boolean {
    if (kafkaErrorType(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') {
      this.#missingSince = null
      return false
    }
    this.#missingSince ??= performance.now()
    return performance.now() - this.#missingSince > missingTopicMs
  }

  async #recover(error: unknown, link: BrokerLink): Promise<void> {
    const { topic, logger, signal } = this.#options
    if (identityErrors.includes(kafkaErrorType(error))) this.#identity = null
    if (!this.#isFailing && !signal.aborted) logger.warn({ err: error, topic }, 'producing to Kafka fails; its records wait')
    this.#isFailing = true
    this.#options.dropLink(link)
    await this.#pauses.pause()
  }
}

/** An instruction may carry more in its headers than in its value. */
export function bytesOfRecord({ value, headers }: OutgoingRecord): number {
  let bytes = value.length
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0)
  return bytes
}

function settle(batch: readonly Waiting[], error: ElvesError | null): void {
  for (const { send } of batch) {
    send.left -= 1
    send.error ??= error
    if (send.left === 0) send.done(send.error)
  }
}

function shuttingDown(): ElvesError {
  return new ElvesError('SHUTTING_DOWN', 'The producer stopped before Kafka had the records.', { canRetry: true })
}
