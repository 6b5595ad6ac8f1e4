import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { LRUCache } from 'lru-cache'
import type { StreamPages } from '../read-side/stream-events.ts'
import type { Followed, Transition } from './followed.ts'

/** Views of all kinds, bounded by bytes together: a share for each kind would be smaller than a large view as soon as there are many kinds. */
export type ViewCache = LRUCache<string, object>

export function viewCache(mostBytes: number): ViewCache {
  return new LRUCache({ maxSize: mostBytes })
}

/** Keeps views of the open things of one kind in a cache that it shares with other kinds; folds other views from the log. */
export class KeptViews<View extends object> {
  readonly kind: Followed<View>
  readonly #streams: StreamPages
  readonly #views: ViewCache

  constructor(streams: StreamPages, kind: Followed<View>, views: ViewCache) {
    this.kind = kind
    this.#streams = streams
    this.#views = views
  }

  /** Returns functions that load the views that these events need and that are not kept, each view once. */
  missingFor(events: readonly RecordedEvent[]): readonly (() => Promise<unknown>)[] {
    const loads = new Map<string, () => Promise<unknown>>()
    const begun = new Set<string>()
    for (const recorded of events) {
      for (const id of this.kind.idsOf(recorded)) {
        if (this.#isFirst(recorded)) begun.add(id)
        else if (!begun.has(id) && !this.#views.has(this.#key(id)) && !loads.has(id)) loads.set(id, () => this.#before(id, recorded))
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
      if (this.kind.isOpen(after)) this.#keep(id, after)
      else this.#views.delete(this.#key(id))
      transitions.push({ before, after })
    }
    return transitions
  }

  /** Drops the views that an event of the stream may have changed; if the stream's name does not tell which, all views of the kind. */
  forget(stream: string): void {
    const ids = this.kind.of.flatMap((aggregate) => aggregate.idOf(stream) ?? [])
    if (this.kind.isOneStream) for (const id of ids) this.#views.delete(this.#key(id))
    else if (ids.length > 0) for (const key of [...this.#views.keys()]) if (key.startsWith(this.#key(''))) this.#views.delete(key)
  }

  async #before(id: string, recorded: RecordedEvent): Promise<View | null> {
    if (this.#isFirst(recorded)) return null
    // The key has the name of the kind, so the view is of the kind.
    const kept = this.#views.get(this.#key(id)) as View | undefined
    if (kept) return kept
    const view = await this.kind.before(this.#streams, id, recorded)
    if (view !== null) this.#keep(id, view)
    return view
  }

  #keep(id: string, view: View): void {
    this.#views.set(this.#key(id), view, { size: this.kind.bytesOf(view) })
  }

  #key(id: string): string {
    return `${this.kind.name} ${id}`
  }

  #isFirst({ version }: RecordedEvent): boolean {
    return this.kind.isOneStream && version === 0
  }
}
