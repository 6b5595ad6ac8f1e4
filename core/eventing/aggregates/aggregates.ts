import { randomUUID } from 'node:crypto'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { type Decider, isRejection, type Rejection } from '../../domain/decision.ts'
import type { DomainEvent } from '../../domain/events.ts'
import { ElvesError } from '../../foundation/errors.ts'
import type { Append, AppendResult, EventStore, NewEvent, RecordedEvent } from '../event-store.ts'
import { StateCache } from './state-cache.ts'

const mostTries = 8

/** Commands for one stream, decided one after the other and appended together. */
export interface Handle<Command> {
  readonly stream: string
  readonly commands: readonly Command[]
  readonly context: EventContext
  /** The stream surely has no events, its id was just made: it is not read. */
  readonly isNew?: boolean
}

/** What became of a {@link Handle}. One rejected command: nothing of the request is written, and `state` is as it was. */
export type Handled<State, Event extends DomainEvent> =
  | { readonly state: State; readonly version: number; readonly recorded: readonly RecordedEvent<Event>[]; readonly rejection: null }
  | { readonly state: State; readonly version: number; readonly recorded: readonly []; readonly rejection: Rejection }

/** The decider runtime: loads, decides, appends, and decides again where somebody else wrote meanwhile. */
export interface Aggregates<State, Command, Event extends DomainEvent> {
  /** As of now, or as cached. Version -1: the stream has no events. */
  load(stream: string): Promise<Loaded<State>>
  /** Throws VERSION_CONFLICT (canRetry) where each of several tries lost against another writer. */
  handle(request: Handle<Command>): Promise<Handled<State, Event>>
  /** All in one append; answers in the order of the requests. Several for one stream are decided one after the other. */
  handleMany(requests: readonly Handle<Command>[]): Promise<readonly Handled<State, Event>[]>
  /** Keeps the cache fresh with what other instances wrote. */
  observe(event: RecordedEvent): void
  /** Caches the state of a whole stream that was just read, so that it is not read again. */
  adopt(stream: string, history: readonly RecordedEvent[]): void
  /** Streams whose state is in memory. */
  readonly cachedCount: number
  /** Reads what others wrote to these streams since they were cached: before something is said that a stale state must not say. */
  refresh(streams: readonly string[]): Promise<void>
}

export interface Loaded<State> {
  readonly state: State
  readonly version: number
}

export interface AggregatesOptions<State, Command, Event extends DomainEvent> {
  readonly store: EventStore
  readonly decider: Decider<State, Command, Event>
  /** Streams whose state is kept. */
  readonly cacheSize: number
  /** Where states may be large: most bytes of those that are kept, and a rough size of one. */
  readonly cacheBytes?: { readonly most: number; readonly of: (state: State) => number }
  newEventId?(): string
}

export function aggregates<State, Command, Event extends DomainEvent>(
  options: AggregatesOptions<State, Command, Event>,
): Aggregates<State, Command, Event> {
  return new DeciderRuntime(options)
}

/** The requests of one stream in one call, in their order, with where they stand among all. */
interface Group<Command> {
  readonly stream: string
  readonly requests: readonly { readonly index: number; readonly request: Handle<Command> }[]
}

/** What a group comes to, decided on a loaded state, before it is appended. */
interface Decided<State, Event extends DomainEvent> {
  readonly events: readonly NewEvent<Event>[]
  readonly final: Loaded<State>
  readonly outcomes: readonly Outcome<State>[]
}

interface Outcome<State> extends Loaded<State> {
  readonly index: number
  readonly rejection: Rejection | null
  /** Which of the group's events are this request's. */
  readonly from: number
  readonly to: number
}

class DeciderRuntime<State, Command, Event extends DomainEvent> implements Aggregates<State, Command, Event> {
  readonly #store: EventStore
  readonly #decider: Decider<State, Command, Event>
  readonly #cache: StateCache<State>
  readonly #newEventId: () => string

  constructor({ store, decider, cacheSize, cacheBytes, newEventId }: AggregatesOptions<State, Command, Event>) {
    this.#store = store
    this.#decider = decider
    this.#cache = new StateCache({ size: cacheSize, ...(cacheBytes && { bytes: cacheBytes.most, bytesOf: cacheBytes.of }) })
    this.#newEventId = newEventId ?? randomUUID
  }

  async load(stream: string): Promise<Loaded<State>> {
    return (await this.#loadAll([stream])).get(stream) as Loaded<State>
  }

  async handle(request: Handle<Command>): Promise<Handled<State, Event>> {
    const [handled] = await this.handleMany([request])
    return handled as Handled<State, Event>
  }

  async handleMany(requests: readonly Handle<Command>[]): Promise<readonly Handled<State, Event>[]> {
    const handled = new Array<Handled<State, Event>>(requests.length)
    let open = groupByStream(requests)
    for (let tries = 1; open.length > 0; tries++) {
      // A stream that was there after all is not new any more.
      open = await this.#tryAll(open, tries === 1, handled)
      if (open.length > 0 && tries === mostTries) {
        const streams = open.map(({ stream }) => stream)
        throw new ElvesError('VERSION_CONFLICT', `${streams[0]} was written by others at each try`, { canRetry: true, facts: { streams } })
      }
    }
    return handled
  }

  observe(event: RecordedEvent): void {
    const cached = this.#cache.peek(event.stream)
    if (!cached || event.version <= cached.version) return
    if (event.version > cached.version + 1) this.#cache.delete(event.stream)
    else this.#cache.set(event.stream, { state: this.#decider.evolve(cached.state, event.event as Event), version: event.version })
  }

  get cachedCount(): number {
    return this.#cache.size
  }

  adopt(stream: string, history: readonly RecordedEvent[]): void {
    this.#replay(stream, history)
  }

  async refresh(streams: readonly string[]): Promise<void> {
    await Promise.all([...new Set(streams)].map((stream) => this.#refresh(stream)))
  }

  async #refresh(stream: string): Promise<void> {
    const cached = this.#cache.peek(stream)
    // What is not cached is read when it is needed.
    if (!cached) return
    for (const event of await this.#store.readStream(stream, { from: cached.version + 1 })) this.observe(event)
  }

  /** Gives back the groups that met a version conflict. */
  async #tryAll(groups: readonly Group<Command>[], trustNew: boolean, handled: Handled<State, Event>[]): Promise<Group<Command>[]> {
    const isNew = (group: Group<Command>) => trustNew && group.requests[0]?.request.isNew === true
    const loaded = await this.#loadAll(groups.filter((group) => !isNew(group)).map(({ stream }) => stream))
    const fresh = { state: this.#decider.initialState, version: -1 }
    const attempts = groups.map((group) => {
      const base = loaded.get(group.stream) ?? fresh
      return { group, base, decided: this.#decide(group, base) }
    })
    const writing = attempts.filter(({ decided }) => decided.events.length > 0)
    const results = await this.#append(writing.map(({ group, base, decided }) => toAppend(group.stream, base.version, decided.events)))
    const recordedBy = new Map(writing.map(({ group }, index) => [group, results[index] as AppendResult]))
    const conflicted: Group<Command>[] = []
    for (const { group, decided } of attempts) {
      const result = recordedBy.get(group)
      if (result?.ok === false) {
        this.#cache.delete(group.stream)
        conflicted.push(group)
        continue
      }
      if (decided.final.version >= 0) this.#remember(group.stream, decided.final)
      for (const { index, ...outcome } of decided.outcomes) handled[index] = toHandled(outcome, result?.recorded ?? [])
    }
    return conflicted
  }

  async #append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (appends.length === 0) return []
    try {
      return await this.#store.append(appends)
    } catch (error) {
      // Whether it was written is not known: what is cached may be old.
      for (const { stream } of appends) this.#cache.delete(stream)
      throw error
    }
  }

  #decide(group: Group<Command>, base: Loaded<State>): Decided<State, Event> {
    const events: NewEvent<Event>[] = []
    const outcomes: Outcome<State>[] = []
    let state = base.state
    for (const { index, request } of group.requests) {
      const from = events.length
      const decided = this.#decideRequest(request, state)
      if (!('rejected' in decided)) {
        state = decided.state
        for (const event of decided.events) events.push({ id: this.#newEventId(), event, context: request.context })
      }
      const rejection = 'rejected' in decided ? decided : null
      outcomes.push({ index, rejection, state, version: base.version + events.length, from, to: events.length })
    }
    return { events, outcomes, final: { state, version: base.version + events.length } }
  }

  #decideRequest(request: Handle<Command>, before: State): { readonly events: readonly Event[]; readonly state: State } | Rejection {
    const events: Event[] = []
    let state = before
    for (const command of request.commands) {
      const decision = this.#decider.decide(command, state)
      if (isRejection(decision)) return decision
      for (const event of decision) {
        events.push(event)
        state = this.#decider.evolve(state, event)
      }
    }
    return { events, state }
  }

  async #loadAll(streams: readonly string[]): Promise<Map<string, Loaded<State>>> {
    const loaded = new Map<string, Loaded<State>>()
    const missing: string[] = []
    for (const stream of streams) {
      const cached = this.#cache.get(stream)
      if (cached) loaded.set(stream, cached)
      else missing.push(stream)
    }
    if (missing.length === 0) return loaded
    const [only] = missing
    const histories = missing.length === 1 ? [await this.#store.readStream(only as string)] : await this.#store.readStreams(missing)
    missing.forEach((stream, index) => {
      loaded.set(stream, this.#replay(stream, histories[index] ?? []))
    })
    return loaded
  }

  #replay(stream: string, history: readonly RecordedEvent[]): Loaded<State> {
    const state = history.reduce((before, { event }) => this.#decider.evolve(before, event as Event), this.#decider.initialState)
    const replayed = { state, version: history.at(-1)?.version ?? -1 }
    if (replayed.version >= 0) this.#remember(stream, replayed)
    return replayed
  }

  /** Concurrent calls may come in either order: the newer state stays. */
  #remember(stream: string, entry: Loaded<State>): void {
    if ((this.#cache.peek(stream)?.version ?? -1) <= entry.version) this.#cache.set(stream, entry)
  }
}

function groupByStream<Command>(requests: readonly Handle<Command>[]): Group<Command>[] {
  const indexed = requests.map((request, index) => ({ index, request }))
  return [...Map.groupBy(indexed, ({ request }) => request.stream)].map(([stream, own]) => ({ stream, requests: own }))
}

function toAppend(stream: string, expectedVersion: number, events: readonly NewEvent<DomainEvent>[]): Append {
  return { stream, expectedVersion, events }
}

function toHandled<State, Event extends DomainEvent>(
  outcome: Omit<Outcome<State>, 'index'>,
  recorded: readonly RecordedEvent[],
): Handled<State, Event> {
  const { state, version, rejection, from, to } = outcome
  if (rejection) return { state, version, recorded: [], rejection }
  return { state, version, recorded: recorded.slice(from, to) as readonly RecordedEvent[] as readonly RecordedEvent<Event>[], rejection: null }
}
