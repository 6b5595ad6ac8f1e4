import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { LRUCache } from 'lru-cache'
import type { StreamPages } from '../read-side/stream-events.ts'
import type { Followed, Transition } from './followed.ts'

/** Keeps views of the open things of one kind, bounded by bytes; folds other views from the log. */
export class KeptViews<View extends object> {
  readonly kind: Followed<View>
  readonly #streams: StreamPages
  readonly #views: LRUCache<string, View>

  constructor(streams: StreamPages, kind: Followed<View>, mostBytes: number) {
    this.kind = kind
    this.#streams = streams
    this.#views = new LRUCache({ maxSize: mostBytes, sizeCalculation: (view) => kind.bytesOf(view) })
  }

  get bytes(): number {
    return this.#views.calculatedSize
  }

  /** Returns functions that load the views that these events need and that are not kept, each view once. */
  missingFor(events: readonly RecordedEvent[]): readonly (() => Promise<unknown>)[] {
    const loads = new Map<string, () => Promise<unknown>>()
    const begun = new Set<string>()
    for (const recorded of events) {
      for (const id of this.kind.idsOf(recorded)) {
        if (this.#isFirst(recorded)) begun.add(id)
        else if (!begun.has(id) && !this.#views.has(id) && !loads.has(id)) loads.set(id, () => this.#before(id, recorded))
      }
    }
    return [...loads.values()]
  }

  /** Returns what the event changed. Events must come in order. */
  async apply(recorded: RecordedEvent): Promise<readonly Transition<View>[]> {
    const transitions: Transition<View>[] = []
    for (const id of this.kind.idsOf(recorded)) {
      const before = await this.#before(id, recorded)
      const after = this.kind.evolve(before, id, recorded)
      if (this.kind.isOpen(after)) this.#views.set(id, after)
      else this.#views.delete(id)
      transitions.push({ before, after })
    }
    return transitions
  }

  /** Drops the views that an event of the stream may have changed; if the stream's name does not tell which, all views of the kind. */
  forget(stream: string): void {
    const ids = this.kind.of.flatMap((aggregate) => aggregate.idOf(stream) ?? [])
    if (this.kind.isOneStream) for (const id of ids) this.#views.delete(id)
    else if (ids.length > 0) this.#views.clear()
  }

  async #before(id: string, recorded: RecordedEvent): Promise<View | null> {
    if (this.#isFirst(recorded)) return null
    const kept = this.#views.get(id)
    if (kept) return kept
    const view = await this.kind.before(this.#streams, id, recorded)
    if (view !== null) this.#views.set(id, view)
    return view
  }

  #isFirst({ version }: RecordedEvent): boolean {
    return this.kind.isOneStream && version === 0
  }
}
