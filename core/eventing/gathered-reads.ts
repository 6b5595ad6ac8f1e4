import { ElvesError } from '../foundation/errors.ts'
import type { EventStore, RecordedEvent } from './event-store.ts'

/** What several streams of one query hold is in memory at once. */
const mostStreams = 100

interface Asked {
  readonly stream: string
  readonly from: number
  resolve(events: readonly RecordedEvent[]): void
  reject(error: unknown): void
}

/** Reads a stream; what is asked for in one turn is read together. */
export type ReadGathered = (stream: string, from?: number) => Promise<readonly RecordedEvent[]>

/**
 * Returns a reader that reads all streams that are asked for in one turn by one query (for each hundred): a call for 100 tasks asks
 * for that many streams, each from a place of its own. A stream that can not be read fails no other.
 */
export function gatheredReads(store: Pick<EventStore, 'readStream' | 'readStreams'>): ReadGathered {
  let asked: Asked[] = []

  function readDue(): void {
    const due = asked
    asked = []
    for (let at = 0; at < due.length; at += mostStreams) void readTogether(due.slice(at, at + mostStreams))
  }

  async function readTogether(some: readonly Asked[]): Promise<void> {
    const [first] = some
    if (some.length === 1 && first) return readAlone(first)
    // A query takes each stream once, from the lowest version that somebody asked for.
    const from = new Map<string, number>()
    for (const one of some) from.set(one.stream, Math.min(one.from, from.get(one.stream) ?? one.from))
    const streams = [...from.keys()]
    const isWhole = [...from.values()].every((version) => version === 0)
    try {
      const histories = await (isWhole ? store.readStreams(streams) : store.readStreams(streams, [...from.values()]))
      const events = new Map(streams.map((stream, index) => [stream, histories[index] ?? []]))
      for (const one of some) one.resolve((events.get(one.stream) ?? []).filter(({ version }) => version >= one.from))
    } catch (error) {
      if (error instanceof ElvesError && error.code === 'EVENT_UNREADABLE') await Promise.all(some.map(readAlone))
      else for (const one of some) one.reject(error)
    }
  }

  async function readAlone({ stream, from, resolve, reject }: Asked): Promise<void> {
    await (from === 0 ? store.readStream(stream) : store.readStream(stream, { from })).then(resolve, reject)
  }

  return (stream, from = 0) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly RecordedEvent[]>()
    asked.push({ stream, from, resolve, reject })
    if (asked.length === 1) queueMicrotask(readDue)
    return promise
  }
}
