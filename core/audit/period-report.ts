import { AccessState, type Grant, isAccessEvent, type KnownUser } from '../access/access-state.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'

/** From an instant on, and before another; ms since the epoch. */
export interface ReportPeriod {
  readonly from: number
  readonly to: number
}

/** What somebody did in a period. */
export interface Deeds {
  readonly kind: string
  /** Empty: all of this kind together. */
  readonly id: string
  readonly name: string | null
  readonly events: number
  readonly first: number
  readonly last: number
  /** Types of the events, the most frequent first. */
  readonly types: readonly (readonly [type: string, count: number])[]
}

/** A change of who may do what. */
export interface AccessChange {
  readonly at: number
  readonly type: string
  readonly stream: string
  readonly by: { readonly kind: string; readonly id: string; readonly name: string | null }
}

export interface PeriodReport {
  readonly period: ReportPeriod
  /** Who may do what at the end of the period; its names are those of then. */
  readonly state: AccessState
  /** Users that were there in the period, with their roles at its beginning (null: they were not there yet) and at its end. */
  readonly users: readonly { readonly user: KnownUser; readonly before: KnownUser | null }[]
  /** Grants that held at any instant of the period. */
  readonly grants: readonly Grant[]
  readonly changes: readonly AccessChange[]
  /** True: there were more changes than the report has. */
  readonly areChangesCut: boolean
  /** People and keys one by one, the others by their kind; the most active first. */
  readonly deeds: readonly Deeds[]
  readonly events: number
}

/** Those who are told one by one: agents and the platform itself are too many, or nobody. */
const oneByOne: ReadonlySet<string> = new Set(['LOCAL', 'USER', 'AUTH_KEY'])
const mostChanges = 10_000

interface OpenDeeds {
  readonly kind: string
  readonly id: string
  name: string | null
  events: number
  first: number
  last: number
  readonly types: Map<string, number>
}

/** Makes a report of a period from the events of the whole log up to its end, which come in their order. Its memory does not grow with the log. */
export class PeriodReporter {
  readonly #period: ReportPeriod
  readonly #state = new AccessState()
  readonly #deeds = new Map<string, OpenDeeds>()
  readonly #changes: AccessChange[] = []
  #before: ReadonlyMap<string, KnownUser> | null = null
  #events = 0
  #isCut = false

  constructor(period: ReportPeriod) {
    this.#period = period
  }

  take(events: readonly RecordedEvent[]): void {
    for (const recorded of events) {
      if (recorded.recordedAt >= this.#period.to) continue
      if (recorded.recordedAt >= this.#period.from) this.#within(recorded)
      this.#state.apply(recorded)
    }
  }

  report(): PeriodReport {
    const before = this.#before ?? this.#state.users
    return {
      period: this.#period,
      state: this.#state,
      users: [...this.#state.users.values()].map((user) => ({ user, before: before.get(user.id) ?? null })),
      grants: [...this.#state.grants.values()].filter((grant) => heldIn(grant, this.#period)),
      changes: this.#changes,
      areChangesCut: this.#isCut,
      deeds: [...this.#deeds.values()]
        .map((one) => ({ ...one, types: [...one.types].sort(([, a], [, b]) => b - a) }))
        .sort((a, b) => b.events - a.events),
      events: this.#events,
    }
  }

  #within({ event, stream, recordedAt: at, context: { actor } }: RecordedEvent): void {
    this.#before ??= new Map(this.#state.users)
    this.#events += 1
    const id = oneByOne.has(actor.kind) ? actor.id : ''
    const key = `${actor.kind} ${id}`
    const deeds = this.#deeds.get(key) ?? { kind: actor.kind, id, name: null, events: 0, first: at, last: at, types: new Map<string, number>() }
    this.#deeds.set(key, deeds)
    if (id !== '') deeds.name = actor.name ?? deeds.name
    deeds.events += 1
    deeds.last = at
    deeds.types.set(event.type, (deeds.types.get(event.type) ?? 0) + 1)
    if (!isAccessEvent(event.type)) return
    if (this.#changes.length < mostChanges) this.#changes.push({ at, type: event.type, stream, by: actor })
    else this.#isCut = true
  }
}

function heldIn({ givenAt, revokedAt, expiresAt }: Grant, { from, to }: ReportPeriod): boolean {
  return (givenAt ?? 0) < to && (revokedAt ?? to) > from && (expiresAt ?? to) > from
}
