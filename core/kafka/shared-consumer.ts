import type { Consumer, EachBatchPayload } from 'kafkajs'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import { untilAborted } from '../foundation/waiting.ts'
import { brokerPauses } from './broker-pauses.ts'
import { type IncomingRecord, incomingRecord } from './incoming-record.ts'
import type { KafkaConnection } from './kafka-connection.ts'
import { TrailingCommits } from './trailing-commits.ts'
import { untilTaken } from './until-taken.ts'

/** A member of a consumer group: each record goes to one member, and again to another one if that one dies. */
export interface SharedConsumer extends Running {
  /** Returns true if it is a member now. */
  isReady(): boolean
}

export interface SharedConsumerOptions {
  readonly connection: KafkaConnection
  readonly topic: string
  readonly groupId: string
  /**
   * Handles records, whose offset is committed soon after it resolves. If it throws, the same records come again: park a bad
   * record instead of throwing for it.
   */
  readonly handle: (partition: number, records: readonly IncomingRecord[]) => Promise<void>
  readonly logger: Logger
}

export function sharedConsumer(options: SharedConsumerOptions): SharedConsumer {
  return new Member(options)
}

const heartbeatMs = 1_000
/** How long the group waits after a broker's restart for members that are gone. */
const sessionMs = 6_000
/** How long a stop waits for the records that are being handled, and for the brokers to accept the leave. */
const drainMs = 5_000
const maxBatchRecords = 1_000

class Member implements SharedConsumer {
  readonly #options: SharedConsumerOptions
  readonly #logger: Logger
  /** Aborted when the stop was requested; the records that are being handled are finished. */
  readonly #stopping = new AbortController()
  /** Aborted when nothing waits for brokers any more. */
  readonly #ending = new AbortController()
  readonly #running: Promise<void>
  #isMember = false
  #stopped: Promise<void> | undefined

  constructor(options: SharedConsumerOptions) {
    this.#options = options
    this.#logger = options.logger.child({ topic: options.topic, groupId: options.groupId })
    this.#running = this.#run()
  }

  isReady(): boolean {
    return this.#isMember
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    const giveUp = setTimeout(() => this.#ending.abort(), this.#isMember ? drainMs : 0)
    await this.#running
    clearTimeout(giveUp)
    this.#ending.abort()
  }

  /** Runs one consumer after the other: kafkajs restarts its consumer after most crashes, but not after all. */
  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (const pauses = brokerPauses(signal); !signal.aborted; await pauses.pause()) {
      const consumer = this.#newConsumer()
      const commits = new TrailingCommits(consumer, this.#options.topic, this.#logger)
      try {
        const crashed = this.#watch(consumer, () => pauses.reset())
        await this.#unlessEnding(this.#begin(consumer, commits))
        await Promise.race([crashed, untilAborted(signal)])
      } catch (error) {
        if (!signal.aborted) this.#logger.warn({ err: error }, 'joining the consumer group fails; trying again')
      }
      this.#isMember = false
      await this.#unlessEnding(commits.settle())
      await this.#unlessEnding(consumer.disconnect()).catch(() => undefined)
    }
  }

  #newConsumer(): Consumer {
    const { connection, groupId } = this.#options
    return connection.clientUntil(this.#ending.signal).consumer({
      groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: sessionMs,
      heartbeatInterval: heartbeatMs,
      // It delays a stop and a rebalance, but not a record.
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      retry: { restartOnFailure: async () => !this.#stopping.signal.aborted },
    })
  }

  async #begin(consumer: Consumer, commits: TrailingCommits): Promise<void> {
    const { topic } = this.#options
    await consumer.connect()
    // Records from before the group first joined must be handled too.
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#handleBatch(commits, payload) })
  }

  /** Follows the membership. Resolves when the consumer has crashed for good. */
  #watch(consumer: Consumer, onJoined: () => void): Promise<void> {
    const { GROUP_JOIN, REBALANCING, DISCONNECT, CRASH } = consumer.events
    consumer.on(GROUP_JOIN, () => {
      this.#isMember = true
      onJoined()
    })
    consumer.on(REBALANCING, () => this.#leave())
    consumer.on(DISCONNECT, () => this.#leave())
    return new Promise((resolve) => {
      consumer.on(CRASH, ({ payload: { error, restart } }) => {
        this.#leave()
        if (!this.#stopping.signal.aborted) this.#logger.warn({ err: error, restart }, 'the member of the consumer group crashed; it joins again')
        if (!restart) resolve()
      })
    })
  }

  #leave(): void {
    this.#isMember = false
  }

  async #handleBatch(commits: TrailingCommits, payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset } = payload
    const { topic, partition } = batch
    for (let at = 0; at < batch.messages.length; at += maxBatchRecords) {
      const messages = batch.messages.slice(at, at + maxBatchRecords)
      const records = messages.map((message) => incomingRecord(topic, partition, message))
      if (!(await this.#take(partition, records, payload))) return
      const last = records.at(-1)?.offset ?? 0n
      resolveOffset(String(last))
      commits.handled(partition, last)
    }
  }

  /** Returns false if this member lost the partition, or was stopped. Heartbeats are sent meanwhile. */
  async #take(partition: number, records: readonly IncomingRecord[], payload: EachBatchPayload): Promise<boolean> {
    const { heartbeat, isRunning, isStale } = payload
    const beating = setInterval(() => heartbeat().catch(() => undefined), heartbeatMs)
    const isStillOurs = () => isRunning() && !isStale()
    try {
      return await untilTaken(partition, records, { handle: this.#options.handle, signal: this.#stopping.signal, isStillOurs, logger: this.#logger })
    } finally {
      clearInterval(beating)
    }
  }

  /** Stops waiting at the end of a stop, because kafkajs may wait for brokers that stay away. */
  #unlessEnding(work: Promise<void>): Promise<void> {
    return Promise.race([work, untilAborted(this.#ending.signal)])
  }
}
