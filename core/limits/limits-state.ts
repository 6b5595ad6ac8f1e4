import { guardAggregate } from '../domain/guard/guard.ts'
import { type LimitedKind, limitAggregate } from '../domain/limit/limit.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { evolveGuard, type GuardedCall, type KnownGuard, looksOutFor } from './known-guard.ts'
import { evolveLimit, type KnownLimit } from './known-limit.ts'

/** Types of the events that say what is limited and guarded. */
export const limitEventTypes: readonly string[] = [...limitAggregate.eventTypes, ...guardAggregate.eventTypes]

/** Prefixes of the streams of these events, also of such as this release does not know. */
export const limitPrefixes: readonly string[] = [limitAggregate, guardAggregate].map((kind) => kind.streamOf(''))

/** Limits and guards, folded from their events, those of each stream in their order. An event that comes twice changes nothing. */
export class LimitsState {
  /** By their ids. */
  readonly limits = new Map<string, KnownLimit>()
  readonly guards = new Map<string, KnownGuard>()
  readonly #byName = new Map<string, KnownLimit>()
  readonly #streams = new Map<string, number>()

  apply(recorded: RecordedEvent): void {
    const { stream, version } = recorded
    const isLimit = limitAggregate.isEvent(recorded)
    if (!isLimit && !guardAggregate.isEvent(recorded)) return
    if (version <= (this.#streams.get(stream) ?? -1)) return
    this.#streams.set(stream, version)
    if (isLimit) this.#applyLimit(evolveLimit(null, limitAggregate.idOf(stream) ?? '', recorded))
    else {
      const { id, guard } = evolveGuard(null, guardAggregate.idOf(stream) ?? '', recorded)
      if (guard) this.guards.set(id, guard)
      else this.guards.delete(id)
    }
  }

  #applyLimit({ id, kind, of, limit }: ReturnType<typeof evolveLimit>): void {
    if (limit) {
      this.limits.set(id, limit)
      this.#byName.set(`${kind} ${of}`, limit)
    } else {
      this.limits.delete(id)
      this.#byName.delete(`${kind} ${of}`)
    }
  }

  /** Returns the limit of something: its own, else that of each of its kind. */
  limitOf(kind: LimitedKind, id: string): KnownLimit | null {
    return this.#byName.get(`${kind} ${id}`) ?? this.#byName.get(`${kind} *`) ?? null
  }

  /** Returns the guards that look out for a call. */
  guardsOf(call: GuardedCall): readonly KnownGuard[] {
    return this.guards.size === 0 ? [] : [...this.guards.values()].filter((guard) => looksOutFor(guard, call))
  }
}
