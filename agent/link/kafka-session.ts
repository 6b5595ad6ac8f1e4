import { randomBytes } from 'node:crypto'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import type { KafkaConnection } from '@elves/core/kafka/kafka-connection.ts'
import { type LastingProducer, lastingProducer } from '@elves/core/kafka/lasting-producer.ts'
import { type IncomingRecord, type PartitionReader, partitionReader } from '@elves/core/kafka/partition-reader.ts'
import { decode, type Message, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import { sessionHeader } from '@elves/schemas/link/protocol.ts'
import { Dialogue, silentIntervals } from './dialogue.ts'
import type { Dial, LinkSession, LinkSessionOptions } from './link-session.ts'
import type { ReadOffset } from './read-offset.ts'

/** If the brokers can't be read from within this time, the agent connects again. */
const connectTimeoutMs = 30_000
/** How long the last message of a session may take. */
const closeTimeoutMs = 2_000
/** With more bytes than this unconfirmed, the session takes no messages until the brokers confirm some. */
const waitingBytes = 1024 * 1024
/** Most bytes of instructions that wait for the welcome. Others are dropped: the center sends an instruction again if it gets no acknowledgement. */
const heldBytesMost = 16 * 1024 * 1024

export interface KafkaLine {
  readonly connection: KafkaConnection
  readonly agentId: string
  /** The partition with the agent's instructions. */
  readonly partition: number
  readonly offset: ReadOffset
  /** Resolves when the offset as it is now is in the file, or the failure to write it was logged. */
  keepOffset(): Promise<void>
}

/** Sessions over the brokers: reports go to one topic, instructions come from the agent's partition of another. */
export function kafkaSessions(line: KafkaLine): Dial {
  let isChecked = false

  async function check(): Promise<void> {
    if (!isChecked) await checkPartitions(line.connection)
    isChecked = true
  }

  return (options) => new KafkaSession(line, options, check)
}

/** Throws TOPIC_MISFIT if the topic has another number of partitions than the setting: the agent would wait in the wrong one for ever. */
async function checkPartitions({ dial, topics, settings }: KafkaConnection): Promise<void> {
  const link = dial()
  try {
    const count = await link.partitionsOf(topics.instructions)
    if (count === settings.agentPartitions) return
    const message = `${topics.instructions} has ${count} partitions; ELVES_KAFKA_AGENT_PARTITIONS=${settings.agentPartitions}`
    throw new ElvesError('TOPIC_MISFIT', message, { facts: { topic: topics.instructions } })
  } finally {
    link.close()
  }
}

interface Held {
  readonly message: Message
  readonly noted: PromiseWithResolvers<void>
}

/** A session with its own producer and reader. Its id tells the center's messages to this session from those to an earlier one. */
class KafkaSession implements LinkSession {
  readonly #line: KafkaLine
  readonly #options: LinkSessionOptions
  readonly #sessionId = randomBytes(16).toString('hex')
  readonly #logger: Logger
  readonly #dialogue: Dialogue
  readonly #producer: LastingProducer
  readonly #reader: PartitionReader
  /** Instructions that came before the welcome. Only the welcome tells the center's time, which decides whether they have expired. */
  #held: Held[] = []
  #heldBytes = 0
  #isFull = false
  #oldestUnreceipted: number | null = null
  #beatsUnreceipted = 0
  #closing: Promise<void> | null = null

  /** `check` throws if the topic does not fit the settings. */
  constructor(line: KafkaLine, options: LinkSessionOptions, check: () => Promise<void>) {
    const { connection, partition, offset } = line
    this.#line = line
    this.#options = options
    this.#logger = options.logger.child({ session: this.#sessionId })
    this.#dialogue = new Dialogue(options, {
      say: (message) => this.#produce([message]),
      giveUp: () => void this.#tearDown(),
      fault: () => this.#fault(),
    })
    offset.rewind()
    this.#producer = lastingProducer({ connection, logger: this.#logger })
    this.#reader = partitionReader({
      connection,
      topic: connection.topics.instructions,
      partitions: [partition],
      from: () => offset.next ?? 'end',
      onRecords: (_, records) => this.#read(records),
      onSkipped: (_, from, to) => this.#skipped(from, to),
      logger: this.#logger,
    })
    this.#dialogue.giveUpAfter(connectTimeoutMs, 'the brokers do not answer')
    Promise.all([this.#reader.ready, check()])
      .then(() => this.#greet())
      .catch((error: Error) => this.#fail(error))
  }

  get isWritable(): boolean {
    return this.#dialogue.isUp && this.#producer.waitingBytes < waitingBytes
  }

  send(messages: readonly Uint8Array[]): void {
    this.#produce(messages)
    this.#isFull = this.#producer.waitingBytes >= waitingBytes
  }

  /** What gets lost is sent again by the caller, so an error says nothing of the session. */
  sendOutput(messages: readonly Uint8Array[]): void {
    const { topics } = this.#line.connection
    this.#producer.send(messages.map((message) => this.#record(message, topics.output))).catch((error: Error) => {
      if (!this.#dialogue.isOver) this.#logger.warn({ err: error }, 'what runs printed could not be sent; it is sent again')
    })
  }

  askTime(): void {
    this.#dialogue.askTime()
  }

  async close(lastMessage: Uint8Array | null): Promise<void> {
    if (!this.#dialogue.isOver) {
      this.#dialogue.end()
      // Sends the last message after the earlier reports and waits, for a limited time, until the brokers have it.
      if (lastMessage)
        await within(
          closeTimeoutMs,
          this.#producer.send([this.#record(lastMessage)]).catch(() => undefined),
          null,
        )
    }
    await this.#tearDown()
  }

  /**
   * Stores the read offset before the hello. So no instruction that the center sends to this session is missed, even if
   * the agent or the center dies.
   */
  async #greet(): Promise<void> {
    const { offset, partition } = this.#line
    if (this.#dialogue.isOver) return
    if (offset.next === null) {
      offset.begin(this.#reader.offsetOf(partition))
      await this.#line.keepOffset()
    }
    if (!this.#dialogue.isOver) this.#dialogue.greet(this.#sessionId)
  }

  #fail(error: Error): void {
    const { code, canRetry } = asElvesError(error)
    if (!this.#dialogue.isOver && code !== 'INTERNAL' && !canRetry)
      this.#logger.error({ err: error, code }, 'the brokers or their topics do not fit this agent')
    this.#dialogue.giveUp(error.message)
  }

  #produce(messages: readonly Uint8Array[]): void {
    this.#producer.send(messages.map((message) => this.#record(message))).then(
      () => this.#produced(),
      (error: Error) => this.#fail(error),
    )
  }

  #record(message: Uint8Array, topic = this.#line.connection.topics.reports) {
    const { agentId } = this.#line
    const value = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
    return { topic, key: agentId, value, headers: { [sessionHeader]: this.#sessionId } }
  }

  #produced(): void {
    if (!this.#isFull || !this.isWritable) return
    this.#isFull = false
    this.#options.onWritable()
  }

  #read(records: readonly IncomingRecord[]): void {
    const { agentId, offset } = this.#line
    for (const record of records) {
      // Once the session is over, the offset stays: the next session reads on from here.
      if (this.#dialogue.isOver) return
      offset.passed(record.offset, record.key === agentId ? this.#take(record) : undefined)
    }
  }

  /** A record without a session in its header is an instruction and counts for every session. */
  #take(record: IncomingRecord): Promise<void> | undefined {
    const { session } = record.headers
    if (session !== undefined && session !== this.#sessionId) return
    const message = this.#decoded(record)
    if (message === null) return
    if (session === undefined) return this.#instruct(message, record.value.length)
    this.#dialogue.heard()
    const noted = this.#dialogue.take(message)
    if (message.name === 'CenterWelcome') this.#release()
    return noted
  }

  /** Passes over a record that can't be decoded: the next session could not decode it either. The center's deadline settles its task. */
  #decoded(record: IncomingRecord): Message | null {
    try {
      return decode(record.value)
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error
      const err = new ElvesError('FRAME_INVALID', error.message, { cause: error })
      this.#logger.error({ err, offset: String(record.offset) }, 'the center sent an unreadable record')
      return null
    }
  }

  #instruct(message: Message, bytes: number): Promise<void> | undefined {
    if (message.name !== 'RunTask' && message.name !== 'CancelTask' && message.name !== 'SetApps' && message.name !== 'SignedInstruction') {
      this.#logger.error({ message: message.name }, 'the center sent what is no instruction')
      return
    }
    if (this.#dialogue.isUp) return this.#options.onMessage(message)
    if (this.#heldBytes + bytes > heldBytesMost) {
      this.#logger.warn({ heldBytes: this.#heldBytes }, 'too many instructions came before the welcome; the center sends them again')
      return
    }
    this.#heldBytes += bytes
    const noted = Promise.withResolvers<void>()
    this.#held.push({ message, noted })
    return noted.promise
  }

  #release(): void {
    const held = this.#held
    this.#held = []
    this.#heldBytes = 0
    for (const { message, noted } of held) noted.resolve(this.#options.onMessage(message))
  }

  #skipped(from: bigint, to: bigint): void {
    this.#logger.warn({ from: String(from), to: String(to) }, 'the brokers do not have all instructions any more; the center sends what still counts')
    if (!this.#dialogue.isOver) this.#line.offset.reset(to)
  }

  /** Gives up the session if a report stays without a receipt: the report or its receipt was lost, and a new session sends it again. */
  #fault(): string | null {
    const oldest = this.#options.oldestUnreceipted()
    this.#beatsUnreceipted = oldest !== null && oldest === this.#oldestUnreceipted ? this.#beatsUnreceipted + 1 : 0
    this.#oldestUnreceipted = oldest
    return this.#beatsUnreceipted >= silentIntervals ? 'no receipt from the center' : null
  }

  #tearDown(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  async #stop(): Promise<void> {
    await within(closeTimeoutMs, Promise.allSettled([this.#reader.stop(), this.#producer.stop()]), null)
    this.#options.onClosed(this.#dialogue.why)
  }
}
