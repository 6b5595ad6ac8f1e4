import { randomUUID } from 'node:crypto'
import { ElvesError } from '../../foundation/errors.ts'
import { type EncodedEvent, encodeEvents } from '../encoded-event.ts'
import type { Append, AppendResult, RecordedEvent } from '../event-store.ts'
import { type AppendMark, proposedRecords, readMark, recordedAtOf } from './event-record.ts'
import type { NodeCalls } from './node-calls.ts'
import { untilNodeAnswers } from './refusals.ts'
import type { Expected, SentAppend, SentEvents } from './sent-events.ts'
import type { StoredRecord } from './stored-record.ts'
import type { StreamEnds } from './stream-ends.ts'

const waitingEventsMost = 100_000
const waitingBytesMost = 64 * 1024 * 1024

export interface AppenderOptions {
  readonly calls: NodeCalls
  readonly prefix: string
  readonly ends: StreamEnds
  readonly sent: SentEvents
  /**
   * Resolves when this process's reader has brought what is up to a position, or when it is sure that it will not, or can not tell; true:
   * it has yet to bring it.
   */
  brought(position: number): Promise<boolean>
  /** Called with events that are in the log. */
  onRecorded(events: readonly RecordedEvent[]): void
}

/** Appends events: each stream by itself, and all streams at once. */
export class Appender {
  readonly #options: AppenderOptions
  #waitingEvents = 0
  #waitingBytes = 0

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  get waitingEvents(): number {
    return this.#waitingEvents
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Encodes all events before it sends any: if one does not fit its schema, nothing is written. */
  async append(appends: readonly Append[]): Promise<AppendResult[]> {
    if (this.#waitingEvents > waitingEventsMost || this.#waitingBytes > waitingBytesMost) {
      throw new ElvesError('OVERLOADED', 'too many events wait to be written', { canRetry: true })
    }
    const encoded = appends.map((append) => ({ append, events: encodeEvents(append.events) }))
    const count = appends.reduce((sum, { events }) => sum + events.length, 0)
    const bytes = encoded.flatMap(({ events }) => events).reduce((sum, { context, data }) => sum + context.length + data.length, 0)
    this.#waitingEvents += count
    this.#waitingBytes += bytes
    // Waits for all, because a caller that hears of a failure may repeat the call at once.
    const results = await Promise.allSettled(encoded.map(({ append, events }) => this.#appendOne(append, events)))
    this.#waitingEvents -= count
    this.#waitingBytes -= bytes
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
  }

  async #appendOne(append: Append, encoded: readonly EncodedEvent[]): Promise<AppendResult> {
    const { prefix, sent } = this.#options
    const { stream, expectedVersion, events } = append
    const mark: AppendMark = { append: newMark(), notBefore: await this.#notBefore(append) }
    const proposed = { stream: prefix + stream, expectedVersion, records: proposedRecords(events, encoded, mark) }
    const sending: SentAppend = { proposed, events, encoded, mark }
    const expected = sent.expect(sending)
    const later = { areToCome: false }
    try {
      return await this.#send(append, sending, expected, later)
    } finally {
      expected?.end(later.areToCome)
    }
  }

  /**
   * The server answers "written" to a repetition too, and tells neither the time of what it wrote nor, of several events, their
   * positions. This process's own reader brings both, with the mark of the append that wrote the events; where it does not,
   * they are read.
   */
  async #send(append: Append, sending: SentAppend, expected: Expected | null, later: { areToCome: boolean }): Promise<AppendResult> {
    const { calls, brought, sent, onRecorded } = this.#options
    const answer = await untilNodeAnswers(() => calls.append(sending.proposed))
    if (answer.ok && expected) later.areToCome = await brought(answer.position)
    const own = expected?.recorded()
    if (answer.ok && own) {
      onRecorded(own)
      return { ok: true, recorded: own, isRepeat: false }
    }
    const there = await untilNodeAnswers(() => this.#readBack(append, answer.ok))
    if (there === null) return { ok: false, conflict: { currentVersion: answer.ok ? append.expectedVersion : answer.currentVersion } }
    const marks = there.map(readMark)
    const recorded = there.map((record, index) => sent.stored(sending, index, record, marks[index]))
    onRecorded(recorded)
    return { ok: true, recorded, isRepeat: marks.some((one) => one.append !== sending.mark.append) }
  }

  /** Returns the stored records, or null if the events at these versions are of another writer. */
  async #readBack({ stream, expectedVersion, events }: Append, isWritten: boolean): Promise<readonly StoredRecord[] | null> {
    const there = await this.#read(stream, expectedVersion + 1, events.length)
    if (there.length === events.length && there.every(({ id }, index) => id === events[index]?.id)) return there
    if (!isWritten) return null
    if (there.length < events.length) throw new ElvesError('STORE_UNAVAILABLE', 'what was written is not to be read yet', { canRetry: true })
    throw new ElvesError('INTERNAL', 'the events are not at the versions that they were written for: was the stream deleted?', { facts: { stream } })
  }

  async #notBefore({ stream, expectedVersion }: Append): Promise<number | null> {
    if (expectedVersion < 0) return null
    const known = this.#options.ends.recordedAt(stream, expectedVersion)
    if (known !== null) return known
    const [last] = await untilNodeAnswers(() => this.#read(stream, expectedVersion, 1))
    return last ? recordedAtOf(last, readMark(last)) : null
  }

  #read(stream: string, from: number, limit: number): Promise<StoredRecord[]> {
    return this.#options.calls.readStream(this.#options.prefix + stream, { from, limit })
  }
}

/** 60 random bits. Node makes UUIDs from random bytes in stock; `randomBytes` asks for new ones at each call, which took a twentieth of an append. */
function newMark(): string {
  return randomUUID().slice(0, 18)
}
