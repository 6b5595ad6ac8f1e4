import type { Registry } from 'prom-client'
import { ElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { checkAppends } from '../encoded-event.ts'
import type { Append, AppendResult, EventBatch, EventStore, ReadAll, ReadStream, RecordedEvent, Subscribe } from '../event-store.ts'
import { eventStoreMetrics } from '../event-store-metrics.ts'
import { formatPosition, type Position, parsePosition, sequenceIn } from '../position.ts'
import type { LogPage } from '../tail/recent-events.ts'
import { subscription } from '../tail/subscription.ts'
import { Appender } from './appender.ts'
import { readEvent } from './event-record.ts'
import { LogCount } from './log-count.ts'
import { LogHead } from './log-head.ts'
import { readLogId } from './log-id.ts'
import { LogReader } from './log-reader.ts'
import { NodeCalls } from './node-calls.ts'
import type { AllRead } from './read-requests.ts'
import { untilNodeAnswers } from './refusals.ts'
import { SentEvents } from './sent-events.ts'
import type { StoredRecord } from './stored-record.ts'
import { StreamEnds } from './stream-ends.ts'

export interface EventStoreDbOptions {
  /** `esdb://…` or `esdb+discover://…`; the user must be allowed to read `$all`. */
  readonly connectionString: string
  readonly logger: Logger
  /**
   * First part of the names of the platform's streams on the server, `<category>.task-…`. Streams with another first part
   * are ignored, so the server may serve other programs too. Lower-case letters, digits and `-`; default `elves`.
   */
  readonly category?: string
  readonly registry?: Registry
}

const categories = /^[a-z0-9-]{1,100}$/
const everything = Number.MAX_SAFE_INTEGER
const pageRecords = 10_000
/** A server that looks through a long log for few records may send nothing for a while. */
const searchMs = 120_000

/** The event store on EventStoreDB of release 22.6 or later, one node or a cluster. */
export async function eventStoreDbEventStore({ connectionString, logger, category = 'elves', registry }: EventStoreDbOptions): Promise<EventStore> {
  if (!categories.test(category)) throw new ElvesError('CONFIG_INVALID', `not a category: ${category}`)
  const calls = new NodeCalls(connectionString)
  try {
    const logId = await readLogId(calls, `${category}-log`)
    return new EventStoreDbEventStore({ calls, logger, logId, prefix: `${category}.`, registry })
  } catch (error) {
    await calls.close()
    throw error
  }
}

interface Parts {
  readonly calls: NodeCalls
  readonly logger: Logger
  readonly logId: string
  readonly prefix: string
  readonly registry: Registry | undefined
}

class EventStoreDbEventStore implements EventStore {
  readonly #parts: Parts
  readonly #head: LogHead
  readonly #ends = new StreamEnds()
  readonly #sent: SentEvents
  readonly #appender: Appender
  /** Started by the first subscription. */
  #reader: LogReader | undefined
  readonly #count = new LogCount({ readPage: (after, limit) => this.#readRecords(after, 'forwards', limit) })
  readonly #closing = new AbortController()
  readonly #appending = new Set<Promise<unknown>>()
  #closed: Promise<void> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
    const { calls, prefix, registry } = parts
    if (registry) eventStoreMetrics(registry, { queue: () => this.#appender, recent: () => this.#reader?.recent ?? null })
    this.#head = new LogHead(calls, prefix)
    this.#sent = new SentEvents(parts)
    this.#appender = new Appender({
      calls,
      prefix,
      ends: this.#ends,
      sent: this.#sent,
      brought: async (position) => (await this.#reader?.brought(position)) ?? false,
      onRecorded: (events) => this.#learn(events),
    })
  }

  async append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (this.#closing.signal.aborted) throw new ElvesError('SHUTTING_DOWN', 'the event store is closed')
    checkAppends(appends)
    const appending = this.#appender.append(appends)
    this.#appending.add(appending)
    try {
      return await appending
    } finally {
      this.#appending.delete(appending)
    }
  }

  async readStream(stream: string, { from = 0, limit = everything }: ReadStream = {}): Promise<readonly RecordedEvent[]> {
    if (limit <= 0) return []
    const { calls, prefix } = this.#parts
    const records = await untilNodeAnswers(() => calls.readStream(prefix + stream, { from, limit }))
    const events = records.map((record) => this.#toEvent(record))
    this.#learn(events)
    return events
  }

  readStreams(streams: readonly string[], from: readonly number[] = []): Promise<readonly (readonly RecordedEvent[])[]> {
    return Promise.all(streams.map((stream, index) => this.readStream(stream, { from: from[index] ?? 0 })))
  }

  async readAll({ from, direction, limit }: ReadAll): Promise<readonly RecordedEvent[]> {
    const position = from === null ? null : await this.#known(from)
    if (position === 0 && direction === 'backwards') return []
    const records = await this.#readRecords(position, direction, limit)
    return records.map((record) => this.#toEvent(record))
  }

  /** The server looks through the log and sends what matches; the last look finds nothing more. */
  async readPrefixed(prefixes: readonly string[]): Promise<readonly RecordedEvent[]> {
    const { calls, prefix } = this.#parts
    const names = prefixes.map((name) => prefix + name)
    const events: RecordedEvent[] = []
    let after: number | null = null
    for (;;) {
      const read: AllRead = { from: after, direction: 'forwards', limit: pageRecords, prefix: names }
      const records = await untilNodeAnswers(() => calls.readAll(read, searchMs))
      // The server includes the record at the start position.
      const fresh = records.filter(({ position }) => position !== read.from)
      events.push(...fresh.map((record) => this.#toEvent(record)))
      const last = fresh.at(-1)
      if (!last) return events
      after = last.position
    }
  }

  async *subscribe(options: Subscribe): AsyncGenerator<EventBatch> {
    const { logId } = this.#parts
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    if (signal.aborted) return
    const cursor = formatPosition(logId, options.after === null ? 0 : await this.#known(options.after))
    const end = await this.#end()
    if (signal.aborted) return
    this.#reader ??= new LogReader({ ...this.#parts, head: this.#head, sent: this.#sent, toEvent: (record) => this.#toNewEvent(record) }, end)
    const { recent } = this.#reader
    const readPage = (after: Position, limit: number) => this.#readPage(after, limit)
    yield* subscription({ ...options, signal, cursor, end: formatPosition(logId, end), recent, readPage })
  }

  async head(): Promise<Position> {
    return formatPosition(this.#parts.logId, await this.#end())
  }

  async countAfter(position: Position | null, limit = Number.POSITIVE_INFINITY): Promise<number> {
    const { logId } = this.#parts
    const after = position === null ? 0 : await this.#known(position)
    const recent = this.#reader?.recent.countAfter(formatPosition(logId, after), limit) ?? null
    return recent ?? this.#count.after(after, limit)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled(this.#appending)
    await this.#reader?.stop()
    await this.#parts.calls.close()
  }

  /** Returns the sequence of a position that this log has reached. Throws POSITION_UNKNOWN, POSITION_INVALID. */
  async #known(position: Position): Promise<number> {
    const sequence = sequenceIn(this.#parts.logId, position)
    if (sequence <= this.#head.known || sequence <= (await this.#end())) return sequence
    throw new ElvesError('POSITION_UNKNOWN', 'the position is beyond the end of this log', { facts: { position } })
  }

  async #readRecords(after: number | null, direction: ReadAll['direction'], limit: number): Promise<readonly StoredRecord[]> {
    const { calls, prefix } = this.#parts
    const from = after === 0 ? null : after
    // The server includes the record at the start position, which a read that continues after it must leave out.
    const read = { from, direction, limit: from === null ? limit : limit + 1, prefix }
    const records = await untilNodeAnswers(() => calls.readAll(read))
    const wanted = records.filter((record) => record.position !== from && record.stream.startsWith(prefix)).slice(0, limit)
    this.#head.advance(wanted.at(-1)?.position ?? 0)
    return wanted
  }

  /** Throws EVENT_UNREADABLE if the first event can not be read; a later one ends the page. */
  async #readPage(after: Position, limit: number): Promise<LogPage> {
    const events: RecordedEvent[] = []
    for (const record of await this.#readRecords(parsePosition(after).sequence, 'forwards', limit)) {
      try {
        events.push(this.#toEvent(record))
      } catch (unreadable) {
        if (events.length === 0) throw unreadable
        break
      }
    }
    return { events, upTo: events.at(-1)?.position ?? after }
  }

  #end(): Promise<number> {
    return untilNodeAnswers(() => this.#head.read())
  }

  #learn(events: readonly RecordedEvent[]): void {
    const last = events.at(-1)
    if (!last) return
    this.#ends.learn(last)
    this.#head.advance(parsePosition(last.position).sequence)
  }

  /** The reader's way: what this process wrote itself is not decoded. */
  #toNewEvent(record: StoredRecord): RecordedEvent {
    const own = this.#sent.recognise(record)
    // Of these, the append learns.
    if (own) return own
    const event = this.#toEvent(record)
    this.#ends.learn(event)
    return event
  }

  #toEvent(record: StoredRecord): RecordedEvent {
    const { logId, prefix } = this.#parts
    return readEvent(logId, record.stream.slice(prefix.length), record)
  }
}
