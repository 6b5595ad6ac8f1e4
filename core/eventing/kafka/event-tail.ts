import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import { type PartitionReader, partitionReader } from '../../kafka/partition-reader.ts'
import type { EventFeed } from '../event-feed.ts'
import { type Position, parsePosition } from '../position.ts'
import { RecentEvents } from '../tail/recent-events.ts'
import { ReceivedEvents } from './received-events.ts'

/**
 * While no events come, the store is asked for the end of the log at this interval, so that dead brokers or a dead relay
 * only cost time.
 */
const lookMs = 1000
const tolerated = 2

export interface EventTailOptions {
  readonly connection: KafkaConnection
  readonly store: Pick<EventFeed, 'head'>
  readonly logger: Logger
}

/** The one reader of the topic of events in a process. It starts at the present end of the topic. */
export class EventTail implements Running {
  readonly recent: RecentEvents
  readonly #options: EventTailOptions
  readonly #received: ReceivedEvents
  readonly #reader: PartitionReader
  readonly #tries: Tries
  readonly #lookTimer: NodeJS.Timeout
  #looking: Promise<void> | undefined
  /** Number of looks in a row that found events which had not come over Kafka. One is tolerated: the events may arrive just after it. */
  #missed = 0
  /** True if the next look was asked for: what it finds was not missed. */
  #isAsked = false
  #stopped: Promise<void> | undefined

  /** `head`: the end of the log according to the store. */
  constructor(options: EventTailOptions, head: Position) {
    const { connection, logger } = options
    this.#options = options
    this.#tries = new Tries(logger)
    this.recent = new RecentEvents(head)
    this.#received = new ReceivedEvents(this.recent, logger)
    this.#reader = partitionReader({
      connection,
      topic: connection.topics.events,
      partitions: [0],
      from: 'end',
      onRecords: (_, records) => this.#take(records.map(({ value }) => value)),
      onSkipped: (_, from, to) => logger.warn({ from: String(from), to: String(to) }, 'the topic of events lacks records; the store has them'),
      logger,
    })
    this.#lookTimer = setInterval(() => this.#look(), lookMs)
    this.#reader.ready.then(
      // Events that were relayed after `head` was read and before the start of this reader come from neither, so the store is asked.
      () => this.#look(),
      (error: unknown) => {
        if (!this.#stopped) logger.error({ err: error }, 'the topic of events can not be read; new events are looked for in the store')
      },
    )
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    clearInterval(this.#lookTimer)
    this.recent.close()
    await this.#reader.stop()
    await this.#looking
    this.#tries.over()
  }

  /** Somebody waits for this position: unless it came over Kafka, the store is asked at once. */
  hasten(position: Position): void {
    if (position <= this.recent.head) return
    this.#isAsked = true
    this.#look()
  }

  #take(values: readonly Buffer[]): void {
    const before = this.recent.head
    const isAllRead = this.#received.take(values)
    // Repeated records are no sign that new events will come.
    if (this.recent.head > before) {
      this.#lookTimer.refresh()
      if (this.#missed >= tolerated) this.#options.logger.info('new events come over Kafka again')
      this.#missed = 0
    }
    if (!isAllRead) this.#look()
  }

  #look(): void {
    if (this.#stopped) return
    this.#looking ??= this.#readHead().finally(() => {
      this.#looking = undefined
    })
  }

  async #readHead(): Promise<void> {
    const { store, logger } = this.#options
    const isAsked = this.#isAsked
    this.#isAsked = false
    try {
      const head = await store.head()
      this.#tries.over()
      if (head <= this.recent.head || parsePosition(head).logId !== parsePosition(this.recent.head).logId) return
      if (!isAsked) this.#missed += 1
      if (!isAsked && this.#missed === tolerated) logger.warn({ position: head }, 'new events do not come over Kafka; they are read from the store')
      this.recent.restart(head)
    } catch (error) {
      if (!this.#tries.failed(error)) logger.warn({ err: error }, 'looking for new events failed; it is tried again')
    }
  }
}
