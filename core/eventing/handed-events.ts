import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { ElvesError } from '../foundation/errors.ts'
import { bytesOf, decodeEvent, storedEvent } from './encoded-event.ts'
import type { RecordedEvent } from './event-store.ts'
import type { Position } from './position.ts'

/**
 * A part of the log without gaps, as one thread hands it to another: all events after `after`, up to and including `upTo`. It is a few
 * flat pieces, because to copy an object for each event costs more than all else that is done with it.
 */
export interface HandedRun {
  readonly after: Position
  readonly upTo: Position
  /** Id, stream and position of each event; none of them has a space. */
  readonly texts: string
  /** Version, time, and offset and length of context and of data of each event. */
  readonly numbers: Float64Array
  /** Contexts and data of the events. */
  readonly bytes: ArrayBuffer
}

const textsPerEvent = 3
const numbersPerEvent = 6

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
  const texts: string[] = []
  const numbers = new Float64Array(events.length * numbersPerEvent)
  for (const [index, event] of events.entries()) {
    const { context, data } = bytesOf(event)
    texts.push(event.id, event.stream, event.position)
    numbers.set([event.version, event.recordedAt, ...placeOf(context), ...placeOf(data)], index * numbersPerEvent)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { after, upTo: events.at(-1)?.position ?? after, texts: texts.join(' '), numbers, bytes: bytes.buffer }
}

/** A run as it is kept: its texts apart. */
interface KeptRun extends Omit<HandedRun, 'texts'> {
  readonly texts: readonly string[]
  readonly count: number
}

const mostEvents = 8_192
const mostBytes = 8 * 1024 * 1024

/** The newest events that were handed over, bounded by number and bytes; they are decoded when they are taken. */
export class HandedEvents {
  #runs: KeptRun[] = []
  #events = 0
  #bytes = 0

  /** A run that does not follow on the last one takes its place. */
  push(run: HandedRun): void {
    if (this.#runs.at(-1)?.upTo !== run.after) {
      this.#runs = []
      this.#events = 0
      this.#bytes = 0
    }
    const count = run.numbers.length / numbersPerEvent
    this.#runs.push({ ...run, texts: run.texts.split(' '), count })
    this.#events += count
    this.#bytes += run.bytes.byteLength
    while (this.#runs.length > 1 && (this.#events > mostEvents || this.#bytes > mostBytes)) {
      const [oldest] = this.#runs.splice(0, 1)
      this.#events -= oldest?.count ?? 0
      this.#bytes -= oldest?.bytes.byteLength ?? 0
    }
  }

  /** Returns events after `cursor`, at most `limit`; null: read them from the store, because these do not reach back so far, or nothing is newer. */
  after(cursor: Position, limit: number): readonly RecordedEvent[] | null {
    const first = this.#runs.findIndex(({ after, upTo }) => after <= cursor && cursor < upTo)
    if (first < 0) return null
    const wanted: RecordedEvent[] = []
    for (const run of this.#runs.slice(first)) {
      for (let index = 0; index < run.count; index++) {
        if ((run.texts[index * textsPerEvent + 2] as Position) <= cursor) continue
        if (wanted.length === limit) return wanted
        const decoded = decodedOf(run, index)
        // The store says what is wrong with it.
        if (decoded === null) return wanted.length > 0 ? wanted : null
        wanted.push(decoded)
      }
    }
    return wanted
  }
}

/** Returns null if it can not be decoded. */
function decodedOf({ texts, numbers, bytes }: KeptRun, index: number): RecordedEvent | null {
  const [id = '', stream = '', position = ''] = texts.slice(index * textsPerEvent, (index + 1) * textsPerEvent)
  const at = index * numbersPerEvent
  const number = (nth: number) => numbers[at + nth] as number
  const part = (nth: number) => asBuffer(new Uint8Array(bytes, number(nth), number(nth + 1)))
  const [context, data] = [part(2), part(4)]
  try {
    const decoded = decodeEvent(null, context, data, { position })
    return storedEvent({ id, ...decoded, stream, version: number(0), position, recordedAt: number(1) }, { context, data })
  } catch (error) {
    if (error instanceof ElvesError && error.code === 'EVENT_UNREADABLE') return null
    throw error
  }
}
