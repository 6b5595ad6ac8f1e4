import { randomBytes } from 'node:crypto'
import { ElvesError } from '../../foundation/errors.ts'
import { checkAppends, decodeEvent, encodeEvents } from '../encoded-event.ts'
import {
  type Append,
  type AppendResult,
  defaultBatchSize,
  type EventBatch,
  type EventStore,
  type ReadAll,
  type ReadStream,
  type RecordedEvent,
  type Subscribe,
} from '../event-store.ts'
import { formatPosition, type Position, sequenceIn } from '../position.ts'
import { WakeUps } from '../wake-ups.ts'

/** An event store in the memory of this process: for tests, and as the simplest definition of the port. */
export function memoryEventStore(): EventStore {
  return new MemoryEventStore()
}

class MemoryEventStore implements EventStore {
  readonly #logId = randomBytes(4).toString('hex')
  /** Holds the event with sequence n at index n - 1. */
  readonly #log: RecordedEvent[] = []
  readonly #streams = new Map<string, RecordedEvent[]>()
  readonly #appends = new WakeUps()
  readonly #closing = new AbortController()

  async append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (this.#closing.signal.aborted) throw new ElvesError('SHUTTING_DOWN', 'the event store is closed')
    checkAppends(appends)
    const stored = appends.map((append) => ({ ...append, events: throughBytes(append) }))
    const results = stored.map((append) => this.#append(append))
    this.#appends.wake()
    return results
  }

  async readStream(stream: string, { from = 0, limit = Number.POSITIVE_INFINITY }: ReadStream = {}): Promise<readonly RecordedEvent[]> {
    return (this.#streams.get(stream) ?? []).slice(from, from + limit)
  }

  async readStreams(streams: readonly string[], from: readonly number[] = []): Promise<readonly (readonly RecordedEvent[])[]> {
    return streams.map((stream, index) => (this.#streams.get(stream) ?? []).slice(from[index] ?? 0))
  }

  async readAll({ from, direction, limit }: ReadAll): Promise<readonly RecordedEvent[]> {
    const sequence = from === null ? null : this.#known(from)
    if (direction === 'forwards') return this.#log.slice(sequence ?? 0, (sequence ?? 0) + limit)
    const end = sequence === null ? this.#log.length : Math.max(0, sequence - 1)
    return this.#log.slice(Math.max(0, end - limit), end).reverse()
  }

  async readPrefixed(prefixes: readonly string[]): Promise<readonly RecordedEvent[]> {
    return this.#log.filter(({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)))
  }

  async *subscribe({ after, batchSize = defaultBatchSize, signal: asked }: Subscribe): AsyncGenerator<EventBatch> {
    const signal = AbortSignal.any([asked, this.#closing.signal])
    if (signal.aborted) return
    let cursor = after === null ? 0 : this.#known(after)
    if (cursor === this.#log.length) yield { events: [], position: formatPosition(this.#logId, cursor), isCaughtUp: true }
    while (!signal.aborted) {
      const events = this.#log.slice(cursor, cursor + batchSize)
      if (events.length === 0) {
        await this.#appends.next(signal)
        continue
      }
      cursor += events.length
      yield { events, position: formatPosition(this.#logId, cursor), isCaughtUp: cursor === this.#log.length }
    }
  }

  async head(): Promise<Position> {
    return formatPosition(this.#logId, this.#log.length)
  }

  async countAfter(position: Position | null, limit = Number.POSITIVE_INFINITY): Promise<number> {
    return Math.min(limit, this.#log.length - (position === null ? 0 : this.#known(position)))
  }

  async close(): Promise<void> {
    this.#closing.abort()
  }

  #append({ stream, expectedVersion, events }: Append): AppendResult {
    const existing = this.#streams.get(stream) ?? []
    const currentVersion = existing.length - 1
    if (currentVersion !== expectedVersion) {
      const there = existing.slice(expectedVersion + 1, expectedVersion + 1 + events.length)
      const isRepeat = there.length === events.length && there.every((event, index) => event.id === events[index]?.id)
      return isRepeat ? { ok: true, recorded: there, isRepeat } : { ok: false, conflict: { currentVersion } }
    }
    const recordedAt = Math.max(Date.now(), this.#log.at(-1)?.recordedAt ?? 0)
    const recorded = events.map((event, index): RecordedEvent => {
      const position = formatPosition(this.#logId, this.#log.length + 1 + index)
      return { ...event, stream, version: expectedVersion + 1 + index, position, recordedAt }
    })
    this.#log.push(...recorded)
    this.#streams.set(stream, [...existing, ...recorded])
    return { ok: true, recorded, isRepeat: false }
  }

  #known(position: Position): number {
    const sequence = sequenceIn(this.#logId, position)
    if (sequence <= this.#log.length) return sequence
    throw new ElvesError('POSITION_UNKNOWN', 'the position is beyond the end of this log', { facts: { position } })
  }
}

/** Returns the events as a durable store would return them; throws if they can not be encoded. */
function throughBytes({ stream, events }: Append): Append['events'] {
  return encodeEvents(events).map(({ id, type, context, data }) => ({ id, ...decodeEvent(type, context, data, { stream }) }))
}
