import type { Consumer } from 'kafkajs'
import type { Logger } from '../foundation/log.ts'

/** How much work, in ms, the next member may repeat if this one dies. */
const trailMs = 500

/** Commits offsets some time after the work: each commit is a write of the brokers, which no record should wait for. */
export class TrailingCommits {
  readonly #consumer: Pick<Consumer, 'commitOffsets'>
  readonly #topic: string
  readonly #logger: Logger
  /** The next offset of each partition. */
  readonly #due = new Map<number, bigint>()
  #timer: NodeJS.Timeout | undefined
  #committing: Promise<void> = Promise.resolve()

  constructor(consumer: Pick<Consumer, 'commitOffsets'>, topic: string, logger: Logger) {
    this.#consumer = consumer
    this.#topic = topic
    this.#logger = logger
  }

  handled(partition: number, offset: bigint): void {
    this.#due.set(partition, offset + 1n)
    this.#timer ??= setTimeout(() => void this.settle(), trailMs)
  }

  /** Resolves when everything that was handled is committed, or could not be. */
  settle(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#committing = this.#committing.then(() => this.#commit())
    return this.#committing
  }

  async #commit(): Promise<void> {
    const offsets = [...this.#due].map(([partition, offset]) => ({ topic: this.#topic, partition, offset: String(offset) }))
    this.#due.clear()
    if (offsets.length === 0) return
    try {
      await this.#consumer.commitOffsets(offsets)
    } catch (error) {
      // The group is changing, or the brokers are away: the next reader of these partitions gets the last records again.
      this.#logger.info({ err: error }, 'offsets were not committed; some records come again')
    }
  }
}
