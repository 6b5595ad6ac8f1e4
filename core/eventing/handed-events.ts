import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { ElvesError } from '../foundation/errors.ts'
import { bytesOf, decodeEvent, storedEvent } from './encoded-event.ts'
import type { RecordedEvent } from './event-store.ts'
import type { Position } from './position.ts'

/** A part of the log without gaps, as one thread hands it to another: all events after `after`, up to and including `upTo`. */
export interface HandedRun {
  readonly after: Position
  readonly upTo: Position
  readonly events: readonly HandedEvent[]
  /** Contexts and data of the events. */
  readonly bytes: ArrayBuffer
}

/** An event without its bytes: where they are, as offset and length. */
type HandedEvent = readonly [
  id: string,
  stream: string,
  version: number,
  position: Position,
  recordedAt: number,
  context: readonly [number, number],
  data: readonly [number, number],
]

export function handedRun(after: Position, events: readonly RecordedEvent[]): HandedRun {
  const parts: Uint8Array[] = []
  const places = new Map<Uint8Array, readonly [number, number]>()
  let length = 0
  const placeOf = (bytes: Uint8Array) => {
    // The events of one append mostly share their context.
    const place = places.get(bytes) ?? ([length, bytes.length] as const)
    if (!places.has(bytes)) {
      places.set(bytes, place)
      parts.push(bytes)
      length += bytes.length
    }
    return place
  }
  const handed = events.map((event): HandedEvent => {
    const { context, data } = bytesOf(event)
    return [event.id, event.stream, event.version, event.position, event.recordedAt, placeOf(context), placeOf(data)]
  })
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { after, upTo: events.at(-1)?.position ?? after, events: handed, bytes: bytes.buffer }
}

const mostEvents = 8_192
const mostBytes = 8 * 1024 * 1024

/** The newest events that were handed over, bounded by number and bytes; they are decoded when they are taken. */
export class HandedEvents {
  #runs: HandedRun[] = []
  #events = 0
  #bytes = 0

  /** A run that does not follow on the last one takes its place. */
  push(run: HandedRun): void {
    if (this.#runs.at(-1)?.upTo !== run.after) {
      this.#runs = []
      this.#events = 0
      this.#bytes = 0
    }
    this.#runs.push(run)
    this.#events += run.events.length
    this.#bytes += run.bytes.byteLength
    while (this.#runs.length > 1 && (this.#events > mostEvents || this.#bytes > mostBytes)) {
      const [oldest] = this.#runs.splice(0, 1)
      this.#events -= oldest?.events.length ?? 0
      this.#bytes -= oldest?.bytes.byteLength ?? 0
    }
  }

  /** Returns events after `cursor`, at most `limit`; null: read them from the store, because these do not reach back so far, or nothing is newer. */
  after(cursor: Position, limit: number): readonly RecordedEvent[] | null {
    const first = this.#runs.findIndex(({ after, upTo }) => after <= cursor && cursor < upTo)
    if (first < 0) return null
    const wanted: RecordedEvent[] = []
    for (const { events, bytes } of this.#runs.slice(first)) {
      for (const event of events) {
        if (event[3] <= cursor) continue
        if (wanted.length === limit) return wanted
        const decoded = decodedOf(event, bytes)
        // The store says what is wrong with it.
        if (decoded === null) return wanted.length > 0 ? wanted : null
        wanted.push(decoded)
      }
    }
    return wanted
  }
}

/** Returns null if it can not be decoded. */
function decodedOf([id, stream, version, position, recordedAt, ...places]: HandedEvent, bytes: ArrayBuffer): RecordedEvent | null {
  const [context, data] = places.map(([offset, length]) => asBuffer(new Uint8Array(bytes, offset, length))) as [Buffer, Buffer]
  try {
    return storedEvent({ id, ...decodeEvent(null, context, data, { position }), stream, version, position, recordedAt }, { context, data })
  } catch (error) {
    if (error instanceof ElvesError && error.code === 'EVENT_UNREADABLE') return null
    throw error
  }
}
