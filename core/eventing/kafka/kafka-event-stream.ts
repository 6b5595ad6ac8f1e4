import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import type { KafkaConnection } from '../../kafka/kafka-connection.ts'
import type { EventFeed } from '../event-feed.ts'
import type { EventBatch, EventStore, Subscribe } from '../event-store.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../position.ts'
import type { LogPage } from '../tail/recent-events.ts'
import { subscription } from '../tail/subscription.ts'
import { EventTail } from './event-tail.ts'

export interface KafkaEventStreamOptions {
  readonly connection: KafkaConnection
  /** The store whose log the relay carries: all events that are not new are read from it. */
  readonly store: Pick<EventStore, 'readAll' | 'head'>
  readonly logger: Logger
}

export interface KafkaEventStream extends EventFeed {
  /** Somebody waits for this position: events up to it come from the store if they have not come over Kafka. */
  hasten(position: Position): void
  /** Ends all subscriptions; the store stays open. */
  close(): Promise<void>
}

/**
 * The log by way of Kafka: one reader in a process for new events, the store for all others. The store decides where the log
 * ends: without brokers or relay, events come a second later.
 */
export function kafkaEventStream(options: KafkaEventStreamOptions): KafkaEventStream {
  return new StreamOnKafka(options)
}

class StreamOnKafka implements KafkaEventStream {
  readonly #options: KafkaEventStreamOptions
  readonly #closing = new AbortController()
  /** Started by the first subscription. */
  #tail: EventTail | undefined

  constructor(options: KafkaEventStreamOptions) {
    this.#options = options
  }

  async *subscribe(options: Subscribe): AsyncGenerator<EventBatch> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    if (signal.aborted) return
    const end = await this.head()
    // The head that the store tells may be behind what came over Kafka.
    const known = this.#tail && this.#tail.recent.head > end ? this.#tail.recent.head : end
    const cursor = knownPosition(options.after, known)
    if (signal.aborted) return
    this.#tail ??= new EventTail(this.#options, end)
    const { recent } = this.#tail
    yield* subscription({ ...options, signal, cursor, end, recent, readPage: (after, limit) => this.#readPage(after, limit) })
  }

  head(): Promise<Position> {
    return this.#options.store.head()
  }

  hasten(position: Position): void {
    this.#tail?.hasten(position)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#tail?.stop()
  }

  /** A store returns a whole page or throws, so the events before an unreadable one are read and delivered first. */
  async #readPage(after: Position, limit: number): Promise<LogPage> {
    try {
      const events = await this.#options.store.readAll({ from: after, direction: 'forwards', limit })
      return { events, upTo: events.at(-1)?.position ?? after }
    } catch (thrown) {
      if (asElvesError(thrown).code !== 'EVENT_UNREADABLE' || limit === 1) throw thrown
      return this.#readPage(after, Math.floor(limit / 2))
    }
  }
}

/** Throws POSITION_UNKNOWN, POSITION_INVALID. */
function knownPosition(position: Position | null, end: Position): Position {
  const { logId } = parsePosition(end)
  if (position === null) return formatPosition(logId, 0)
  sequenceIn(logId, position)
  if (position <= end) return position
  throw new ElvesError('POSITION_UNKNOWN', 'the position is beyond the end of this log', { facts: { position } })
}
