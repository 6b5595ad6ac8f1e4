import { type EncodedEvent, storedEvent } from '../encoded-event.ts'
import type { NewEvent, RecordedEvent } from '../event-store.ts'
import { formatPosition } from '../position.ts'
import type { ProposedAppend, ProposedRecord } from './append-requests.ts'
import { type AppendMark, recordedAtOf } from './event-record.ts'
import type { StoredRecord } from './stored-record.ts'

/** An append of this process on its way. */
export interface SentAppend {
  readonly proposed: ProposedAppend
  readonly events: readonly NewEvent[]
  readonly encoded: readonly EncodedEvent[]
  readonly mark: AppendMark
}

/** Waits for the events of one append to come back from the log. */
export interface Expected {
  /** The events as stored, once all have come; null before. */
  recorded(): readonly RecordedEvent[] | null
  /** Nobody waits any more. `comeLater`: they are in the log, and the reader has yet to bring what has not come. */
  end(comeLater: boolean): void
}

interface SentEvent {
  readonly append: SentAppend
  readonly index: number
  arrive(event: RecordedEvent): void
}

/** Of events that come later than their append waits. Those beyond are decoded, as events of others are. */
const lateMost = { events: 1_000, bytes: 8 * 1024 * 1024 }

/**
 * Events that this process has sent, until it knows that they are in the log. Its reader asks here before it decodes a record: what
 * it has sent itself it need not decode, and the append learns from the record its positions and its time.
 */
export class SentEvents {
  readonly #logId: string
  readonly #prefix: string
  readonly #sent = new Map<string, SentEvent>()
  /** Bytes of those that nobody waits for any more, the oldest first. */
  readonly #late = new Map<string, number>()
  #lateBytes = 0
  #awaited = 0

  constructor({ logId, prefix }: { readonly logId: string; readonly prefix: string }) {
    this.#logId = logId
    this.#prefix = prefix
  }

  /** Returns how many events have yet to come of those that appends wait for. */
  get awaited(): number {
    return this.#awaited
  }

  /** Returns null if one of the events is on its way in another append already. */
  expect(append: SentAppend): Expected | null {
    if (append.events.some(({ id }) => this.#sent.has(id))) return null
    const recorded: RecordedEvent[] = []
    this.#awaited += append.events.length
    for (const [index, { id }] of append.events.entries()) {
      this.#sent.set(id, {
        append,
        index,
        arrive: (event) => {
          // Records of a stream come in their order. What is late is awaited no more.
          if (index !== recorded.length || this.#late.has(id)) return
          recorded.push(event)
          this.#awaited -= 1
        },
      })
    }
    return {
      recorded: () => (recorded.length === append.events.length ? recorded : null),
      end: (comeLater) => {
        this.#awaited -= append.events.length - recorded.length
        for (const [index, { id }] of append.events.entries()) {
          if (comeLater && index >= recorded.length) this.#keep(id, append.encoded[index])
          else this.#forget(id)
        }
      },
    }
  }

  #keep(id: string, encoded: EncodedEvent | undefined): void {
    const bytes = (encoded?.data.length ?? 0) + (encoded?.context.length ?? 0)
    this.#late.set(id, bytes)
    this.#lateBytes += bytes
    while (this.#late.size > lateMost.events || this.#lateBytes > lateMost.bytes) {
      const [oldest] = this.#late.keys()
      if (oldest === undefined) return
      this.#forget(oldest)
    }
  }

  #forget(id: string): void {
    this.#sent.delete(id)
    this.#lateBytes -= this.#late.get(id) ?? 0
    this.#late.delete(id)
  }

  /** Returns the event if this record is what an append of this process wrote, byte for byte with its mark; else null. */
  recognise(record: StoredRecord): RecordedEvent | null {
    const sent = this.#sent.get(record.id)
    if (!sent) return null
    const { append, index } = sent
    const { stream, expectedVersion, records } = append.proposed
    const proposed = records[index] as ProposedRecord
    if (record.stream !== stream || record.version !== expectedVersion + 1 + index || !record.metadata.equals(proposed.metadata)) return null
    const event = this.stored(append, index, record)
    sent.arrive(event)
    if (this.#late.has(record.id)) this.#forget(record.id)
    return event
  }

  /** Returns an event of an append as it is stored. It is not decoded, because the same id is the same event. */
  stored({ events, encoded, mark }: SentAppend, index: number, record: StoredRecord, markThere: AppendMark = mark): RecordedEvent {
    const { id, event, context } = events[index] as NewEvent
    const { version } = record
    const position = formatPosition(this.#logId, record.position)
    const recordedAt = recordedAtOf(record, markThere)
    return storedEvent(
      { id, event, context, stream: record.stream.slice(this.#prefix.length), version, position, recordedAt },
      encoded[index] as EncodedEvent,
    )
  }
}
