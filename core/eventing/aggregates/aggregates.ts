import { randomUUID } from 'node:crypto'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { AnyAggregate, CommandOf, EventOf, StateOf } from '../../domain/aggregate.ts'
import type { Decision, Rejection } from '../../domain/decision.ts'
import type { DomainEvent } from '../../domain/events.ts'
import { ElvesError } from '../../foundation/errors.ts'
import type { Append, AppendResult, EventStore, NewEvent, RecordedEvent } from '../event-store.ts'
import { gatheredReads, type ReadGathered } from '../gathered-reads.ts'
import { StateCache } from './state-cache.ts'

const mostTries = 8

/** Commands for one stream, decided one after the other and appended together. */
export interface Handle<Kind extends AnyAggregate = AnyAggregate> {
  /** The aggregate that the stream belongs to. */
  readonly aggregate: Kind
  readonly stream: string
  readonly commands: readonly CommandOf<Kind>[]
  readonly context: EventContext
  /** True if the id was just made, so that the stream surely has no events and need not be read. */
  readonly isNew?: boolean
}

/** The result of a {@link Handle}. If a command is rejected, no event of the request is written, and `state` is unchanged. */
export type Handled<Kind extends AnyAggregate> = Loaded<StateOf<Kind>> &
  (
    | { readonly recorded: readonly RecordedEvent<EventOf<Kind['name']>>[]; readonly rejection: null }
    | { readonly recorded: readonly []; readonly rejection: Rejection }
  )

/** A result for each request, typed by the aggregate of the request. */
export type HandledEach<Requests extends readonly Handle[]> = {
  readonly [Index in keyof Requests]: Handled<Requests[Index]['aggregate']>
}

/**
 * The decider runtime: loads, decides, appends, and decides again if another writer wrote meanwhile. What is decided without an event is
 * checked too: nothing is refused, or taken for done, because of what was in memory before another instance wrote.
 */
export interface Aggregates {
  /** Returns the state of a stream, which may be a cached one. Version -1: the stream has no events. */
  load<Kind extends AnyAggregate>(aggregate: Kind, stream: string): Promise<Loaded<StateOf<Kind>>>
  /** Returns the states of several streams, in their order, with one read for all that are not cached. */
  loadMany<Kind extends AnyAggregate>(aggregate: Kind, streams: readonly string[]): Promise<readonly Loaded<StateOf<Kind>>[]>
  /** Throws VERSION_CONFLICT (canRetry) if another writer was faster in each of several tries. */
  handle<Kind extends AnyAggregate>(request: Handle<Kind>): Promise<Handled<Kind>>
  /**
   * Handles all requests in one append, even for streams of several aggregates. Returns the results in the order of the
   * requests. Several requests for one stream are decided one after the other.
   */
  handleMany<const Requests extends readonly Handle[]>(requests: Requests): Promise<HandledEach<Requests>>
  /** Updates the cache with an event that another instance may have written. */
  observe(event: RecordedEvent): void
  /** Drops a stream from the cache: an event was added to it that can not be read. */
  forget(stream: string): void
  /** Caches the state of a whole stream that was just read, so that it is not read again. */
  adopt(aggregate: AnyAggregate, stream: string, history: readonly RecordedEvent[]): void
  /** Number of streams whose state is in memory. */
  readonly cachedCount: number
  /** Returns true if the state of the stream is in memory, so that a decision about it reads nothing. */
  isInMemory(stream: string): boolean
  /**
   * Reads what other writers have added to these streams since they were cached. Call it before a `load` whose answer must not come
   * from a stale state; `handle` sees to that itself.
   */
  refresh(streams: readonly string[]): Promise<void>
}

export interface Loaded<State> {
  readonly state: State
  readonly version: number
}

export interface AggregatesOptions {
  readonly store: EventStore
  /** Most streams whose state is kept. */
  readonly cacheSize: number
  /** Most bytes of the kept states, as their aggregates count them; default unlimited. */
  readonly cacheBytes?: number
  newEventId?(): string
}

export function openAggregates(options: AggregatesOptions): Aggregates {
  return new DeciderRuntime(options)
}

/** The requests of one call for one stream, in their order, each with its index among all requests. */
interface Group {
  readonly aggregate: AnyAggregate
  readonly stream: string
  readonly requests: { readonly index: number; readonly request: Handle }[]
}

/**
 * States, commands and events of different aggregates have nothing in common, so the runtime treats them as opaque. The port
 * gives them their types.
 */
type Opaque = Loaded<unknown>

interface Cached {
  readonly aggregate: AnyAggregate
  readonly state: unknown
}

interface Outcome extends Opaque {
  readonly index: number
  readonly rejection: Rejection | null
  /** The range of the group's events that belongs to this request. */
  readonly from: number
  readonly to: number
}

/** What was decided for a group on a loaded state, before it is appended. */
interface Decided {
  readonly events: readonly NewEvent[]
  readonly final: Opaque
  readonly outcomes: readonly Outcome[]
}

class DeciderRuntime implements Aggregates {
  readonly #store: EventStore
  readonly #read: ReadGathered
  readonly #cache: StateCache<Cached>
  readonly #newEventId: () => string

  constructor({ store, cacheSize, cacheBytes, newEventId }: AggregatesOptions) {
    this.#store = store
    this.#read = gatheredReads(store)
    this.#cache = new StateCache({
      size: cacheSize,
      bytesOf: ({ aggregate, state }) => aggregate.stateBytes(state),
      isOver: ({ aggregate, state }) => aggregate.isOver(state),
      ...(cacheBytes !== undefined && { bytes: cacheBytes }),
    })
    this.#newEventId = newEventId ?? randomUUID
  }

  async load<Kind extends AnyAggregate>(aggregate: Kind, stream: string): Promise<Loaded<StateOf<Kind>>> {
    const cached = this.#cache.get(stream)
    if (cached) return { state: cached.state.state as StateOf<Kind>, version: cached.version }
    const [loaded] = await this.loadMany(aggregate, [stream])
    return loaded as Loaded<StateOf<Kind>>
  }

  async loadMany<Kind extends AnyAggregate>(aggregate: Kind, streams: readonly string[]): Promise<readonly Loaded<StateOf<Kind>>[]> {
    const loaded = await this.#loadAll([...new Set(streams)].map((stream) => ({ aggregate, stream })))
    return streams.map((stream) => loaded.get(stream) as Loaded<StateOf<Kind>>)
  }

  async handle<Kind extends AnyAggregate>(request: Handle<Kind>): Promise<Handled<Kind>> {
    const [handled] = await this.#handleAll([request])
    return handled as unknown as Handled<Kind>
  }

  async handleMany<const Requests extends readonly Handle[]>(requests: Requests): Promise<HandledEach<Requests>> {
    return (await this.#handleAll(requests)) as unknown as HandledEach<Requests>
  }

  async #handleAll(requests: readonly Handle[]): Promise<readonly Handled<AnyAggregate>[]> {
    const handled = new Array<Handled<AnyAggregate>>(requests.length)
    let open = groupByStream(requests)
    for (let tries = 1; open.length > 0; tries++) {
      // From the second try on, `isNew` is not trusted: the conflict showed that the stream exists.
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
    if (event.version > cached.version + 1) {
      this.#cache.delete(event.stream)
      return
    }
    const { aggregate, state } = cached.state
    this.#cache.set(event.stream, { state: { aggregate, state: aggregate.decider.evolve(state, event.event) }, version: event.version })
  }

  get cachedCount(): number {
    return this.#cache.size
  }

  isInMemory(stream: string): boolean {
    return this.#cache.peek(stream) !== undefined
  }

  forget(stream: string): void {
    this.#cache.delete(stream)
  }

  adopt(aggregate: AnyAggregate, stream: string, history: readonly RecordedEvent[]): void {
    this.#replay(aggregate, stream, history)
  }

  async refresh(streams: readonly string[]): Promise<void> {
    const known = [...new Set(streams)].flatMap((stream) => {
      const cached = this.#cache.peek(stream)
      // A stream that is not cached is read when it is needed.
      return cached ? [{ stream, from: cached.version + 1 }] : []
    })
    const newer = await Promise.all(known.map(({ stream, from }) => this.#read(stream, from)))
    for (const events of newer) for (const event of events) this.observe(event)
  }

  /** Returns the groups that met a version conflict, or were decided about on a state that was not the last one. */
  async #tryAll(groups: readonly Group[], trustNew: boolean, handled: Handled<AnyAggregate>[]): Promise<Group[]> {
    const isNew = (group: Group) => trustNew && group.requests[0]?.request.isNew === true
    const existing = groups.filter((group) => !isNew(group))
    const cached = new Set(existing.filter(({ stream }) => this.isInMemory(stream)))
    const loaded = await this.#loadAll(existing)
    const attempts = groups.map((group) => {
      const base = loaded.get(group.stream) ?? { state: group.aggregate.decider.initialState, version: -1 }
      return { group, base, decided: this.#decide(group, base) }
    })
    // An append tells whether the state was the last one. Of these, nothing is appended.
    const unchecked = attempts.filter(({ group, decided }) => decided.events.length === 0 && cached.has(group))
    await this.refresh(unchecked.map(({ group }) => group.stream))
    const outdated = new Set(
      unchecked.filter(({ group, base }) => this.#cache.peek(group.stream)?.version !== base.version).map(({ group }) => group),
    )
    const writing = attempts.filter(({ decided }) => decided.events.length > 0)
    const results = await this.#append(writing.map(({ group, base, decided }) => toAppend(group.stream, base.version, decided.events)))
    const conflicted: Group[] = [...outdated]
    let next = 0
    for (const { group, decided } of attempts) {
      if (outdated.has(group)) continue
      const result = decided.events.length > 0 ? results[next++] : undefined
      if (result?.ok === false) {
        this.#cache.delete(group.stream)
        conflicted.push(group)
        continue
      }
      if (decided.final.version >= 0) this.#remember(group.aggregate, group.stream, decided.final)
      for (const outcome of decided.outcomes) handled[outcome.index] = toHandled(outcome, result?.recorded ?? [])
    }
    return conflicted
  }

  async #append(appends: readonly Append[]): Promise<readonly AppendResult[]> {
    if (appends.length === 0) return []
    try {
      return await this.#store.append(appends)
    } catch (error) {
      // It is unknown whether the events were written, so the cached states may be old.
      for (const { stream } of appends) this.#cache.delete(stream)
      throw error
    }
  }

  #decide(group: Group, base: Opaque): Decided {
    const events: NewEvent[] = []
    const outcomes: Outcome[] = []
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

  #decideRequest(request: Handle, before: unknown): { readonly events: readonly DomainEvent[]; readonly state: unknown } | Rejection {
    const { decider } = request.aggregate
    const events: DomainEvent[] = []
    let state = before
    for (const command of request.commands) {
      const decision: Decision<DomainEvent> = decider.decide(command, state)
      if ('rejected' in decision) return decision
      for (const event of decision) {
        events.push(event)
        state = decider.evolve(state, event)
      }
    }
    return { events, state }
  }

  async #loadAll(wanted: readonly Pick<Handle, 'aggregate' | 'stream'>[]): Promise<Map<string, Opaque>> {
    const loaded = new Map<string, Opaque>()
    const missing: Pick<Handle, 'aggregate' | 'stream'>[] = []
    for (const one of wanted) {
      const cached = this.#cache.get(one.stream)
      if (cached) loaded.set(one.stream, { state: cached.state.state, version: cached.version })
      else missing.push(one)
    }
    if (missing.length === 0) return loaded
    const histories = await Promise.all(missing.map(({ stream }) => this.#read(stream)))
    missing.forEach(({ aggregate, stream }, index) => {
      loaded.set(stream, this.#replay(aggregate, stream, histories[index] ?? []))
    })
    return loaded
  }

  #replay(aggregate: AnyAggregate, stream: string, history: readonly RecordedEvent[]): Opaque {
    const { evolve, initialState } = aggregate.decider
    const state: unknown = history.reduce((before, { event }) => evolve(before, event), initialState)
    const replayed = { state, version: history.at(-1)?.version ?? -1 }
    if (replayed.version >= 0) this.#remember(aggregate, stream, replayed)
    return replayed
  }

  /** Caches a state unless a newer one is cached: concurrent calls may finish in any order. */
  #remember(aggregate: AnyAggregate, stream: string, { state, version }: Opaque): void {
    if ((this.#cache.peek(stream)?.version ?? -1) <= version) this.#cache.set(stream, { state: { aggregate, state }, version })
  }
}

function groupByStream(requests: readonly Handle[]): Group[] {
  const groups = new Map<string, Group>()
  for (const [index, request] of requests.entries()) {
    const { aggregate, stream } = request
    const group = groups.get(stream)
    if (group) group.requests.push({ index, request })
    else groups.set(stream, { aggregate, stream, requests: [{ index, request }] })
  }
  return [...groups.values()]
}

function toAppend(stream: string, expectedVersion: number, events: readonly NewEvent[]): Append {
  return { stream, expectedVersion, events }
}

function toHandled(outcome: Outcome, recorded: readonly RecordedEvent[]): Handled<AnyAggregate> {
  const { state, version, rejection, from, to } = outcome
  if (rejection) return { state, version, recorded: [], rejection }
  return { state, version, recorded: recorded.slice(from, to), rejection: null }
}
