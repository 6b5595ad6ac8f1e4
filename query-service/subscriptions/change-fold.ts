import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { LogEntry } from '@elves/core/read-models/event-log/queries.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import type { Change, Transitions } from './change.ts'
import type { AnyFollowed } from './followed.ts'
import { KeptViews, type ViewCache, viewCache } from './kept-views.ts'

/** Views are loaded together for this many entries. */
const groupSize = 32
const plainBytes = 500
const nothing: Transitions = new Map()

/**
 * Folds the log into the changes that each entry makes. It keeps views of open things, bounded by bytes, and drops the
 * least recently used first. Missing views are loaded.
 */
export class ChangeFold {
  readonly #kinds: readonly KeptViews<object>[]
  readonly #views: ViewCache

  /** Missing views come from `streams`, which must have all earlier events of the streams. All kinds share the bytes. */
  constructor(streams: StreamPages, kinds: readonly AnyFollowed[], cacheBytes: number) {
    this.#views = viewCache(cacheBytes)
    this.#kinds = kinds.map((kind) => new KeptViews<object>(streams, kind, this.#views))
  }

  /** Bytes of the kept views. */
  get keptBytes(): number {
    return this.#views.calculatedSize
  }

  /** Yields what each entry changed. Entries must come in order, and each batch must follow the last one. */
  async *changes(entries: readonly LogEntry[]): AsyncGenerator<Change, void> {
    for (let start = 0; start < entries.length; start += groupSize) {
      const group = entries.slice(start, start + groupSize)
      await this.#prefetch(group)
      for (const entry of group) yield await this.#changeOf(entry)
    }
  }

  /** Loads the views that a group needs at the same time. Views that fail here are loaded again one by one, and errors are reported there. */
  async #prefetch(group: readonly LogEntry[]): Promise<void> {
    const readable = group.filter((entry): entry is RecordedEvent => !('unreadable' in entry))
    const loads = this.#kinds.flatMap((kind) => kind.missingFor(readable))
    await Promise.all(loads.map((load) => load().catch((error: unknown) => void unreadableBy(error))))
  }

  async #changeOf(entry: LogEntry): Promise<Change> {
    const { stream, position } = entry
    if ('unreadable' in entry) {
      this.#forget(stream)
      return changeWithoutViews(entry)
    }
    try {
      const transitions = await this.#transitionsBy(entry)
      return { stream, position, recorded: entry, transitions, unreadable: null, bytes: bytesOf(entry, transitions) }
    } catch (error) {
      const unreadable = unreadableBy(error)
      this.#forget(stream)
      return { stream, position, recorded: entry, transitions: nothing, unreadable, bytes: bytesOf(entry, nothing) }
    }
  }

  async #transitionsBy(recorded: RecordedEvent): Promise<Transitions> {
    const transitions = new Map<AnyFollowed, Awaited<ReturnType<KeptViews<object>['apply']>>>()
    for (const kind of this.#kinds) {
      const changed = await kind.apply(recorded)
      if (changed.length > 0) transitions.set(kind.kind, changed)
    }
    return transitions
  }

  /** Drops the kept views of a stream, which are no longer the state before its next event. */
  #forget(stream: string): void {
    for (const kind of this.#kinds) kind.forget(stream)
  }
}

/** Returns an entry as a change for those who look at events alone: views are neither kept nor loaded for it. */
export function changeWithoutViews(entry: LogEntry): Change {
  const { stream, position } = entry
  if ('unreadable' in entry) return { stream, position, recorded: null, transitions: nothing, bytes: plainBytes, unreadable: entry.unreadable }
  return new EventAlone(entry)
}

/** Its bytes are counted for those who keep it: most events are passed over. */
class EventAlone implements Change {
  readonly stream: string
  readonly position: Position
  readonly recorded: RecordedEvent
  readonly transitions = nothing
  readonly unreadable = null

  constructor(recorded: RecordedEvent) {
    this.stream = recorded.stream
    this.position = recorded.position
    this.recorded = recorded
  }

  get bytes(): number {
    return bytesOf(this.recorded, nothing)
  }
}

/** Returns the error of a row that can't be read. Throws any other error again, such as an unreachable database. */
function unreadableBy(error: unknown): ElvesError {
  if (error instanceof ElvesError && (error.code === 'EVENT_UNREADABLE' || error.code === 'ROW_UNREADABLE')) return error
  // A fold throws TypeError if a stream does not begin with the event that must come first.
  if (error instanceof TypeError) return new ElvesError('EVENT_UNREADABLE', error.message, { cause: error })
  throw error
}

function bytesOf({ event }: RecordedEvent, transitions: Transitions): number {
  let bytes = plainBytes + jsonBytes(event.data)
  for (const [kind, changed] of transitions) for (const { after } of changed) bytes += kind.bytesOf(after)
  return bytes
}
