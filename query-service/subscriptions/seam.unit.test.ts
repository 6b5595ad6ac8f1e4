import { randomUUID } from 'node:crypto'
import { agentIpAggregate } from '@elves/core/domain/agent-ip/agent-ip.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { formatPosition, type Position } from '@elves/core/eventing/position.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { type Change, transitionsOf } from './change.ts'
import { followed } from './followed.ts'
import { type FollowedLog, logOfStore } from './followed-log.ts'
import { subscriptions } from './subscriptions.ts'

/**
 * What a subscriber gets comes from the read model first, then from the log, then from the live feed. The read model may be
 * behind the live feed or ahead of it, and every read takes any time.
 */

type Step =
  | { readonly kind: 'append'; readonly stream: number; readonly count: number }
  | { readonly kind: 'project'; readonly count: number }
  | { readonly kind: 'open'; readonly after: number | null }
  | { readonly kind: 'cut' | 'resume' }

interface Item {
  readonly position: Position
  readonly stream: string
  /** How many events of its stream there were up to this one. */
  readonly count: number
}

interface Subscriber {
  readonly items: Item[]
  /** Number of the event after which it began; null: it began with what was new. */
  readonly after: number | null
  /** How many events there were when it was open. */
  openedAt: number
  iterator: AsyncIterableIterator<Item> | null
}

const counted = followed({
  name: 'counted',
  of: [agentIpAggregate],
  evolve: (view: { readonly count: number } | null) => ({ count: (view?.count ?? 0) + 1 }),
  // Some views are not kept, so that they are read again.
  isOpen: ({ count }) => count % 3 !== 0,
})

const select = (change: Change): readonly Item[] =>
  transitionsOf(change, counted).map(({ after }) => ({ position: change.position, stream: change.stream, count: after.count }))

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), stream: fc.nat(2), count: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('project' as const), count: fc.integer({ min: 1, max: 6 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), after: fc.option(fc.nat(30)) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'resume' as const) }) },
  ),
  { minLength: 4, maxLength: 30 },
)

test('a subscriber gets each change once, in order, with the state of that time, whatever is faster', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), steps, async (scheduler, script) => {
      const run = new Run(scheduler)
      await scheduler.waitFor(run.play(script))
      for (const subscriber of run.subscribers) run.check(subscriber)
      await run.store.close()
    }),
    { numRuns: 60 },
  )
}, 60_000)

class Run {
  readonly store: EventStore = memoryEventStore()
  readonly subscribers: Subscriber[] = []
  readonly #log: RecordedEvent[] = []
  readonly #versions = new Map<string, number>()
  readonly #later: () => Promise<void>
  /** How many events the read model has. */
  #projected = 0
  #logId = ''
  #arrived: () => void = () => undefined

  constructor(scheduler: fc.Scheduler) {
    this.#later = () => scheduler.schedule(Promise.resolve())
  }

  async play(script: readonly Step[]): Promise<void> {
    this.#logId = (await this.store.head()).slice(0, 8)
    const openLog = async () => this.#openLog()
    const readModels = this.#readModels()
    const tested = subscriptions({ readModels, openLog, kinds: [counted], logger: silentLogger, registry: new Registry(), bufferSize: 1_000 })
    await this.#append(0, 1)
    this.#projected = 1
    const opening: Promise<void>[] = []
    const open = (after: number | null) => opening.push(this.#open(tested, after))
    for (const step of script) {
      await this.#later()
      if (step.kind === 'append') await this.#append(step.stream, step.count)
      else if (step.kind === 'project') this.#projected = Math.min(this.#log.length, this.#projected + step.count)
      else if (step.kind === 'open') open(step.after === null ? null : Math.min(step.after, this.#log.length))
      else await this.#cut(step.kind === 'resume' ? open : () => undefined)
    }
    await Promise.all(opening)
    await this.#append(0, 1)
    const last = this.#log.at(-1)?.position
    const isDone = () => this.subscribers.every(({ iterator, items }) => iterator === null || items.at(-1)?.position === last)
    while (!isDone()) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve
      })
    }
    await tested.stop()
  }

  /** The oldest subscriber that is open goes, and may come back after the last item that it got. */
  async #cut(comeBack: (after: number | null) => void): Promise<void> {
    const subscriber = this.subscribers.find(({ iterator }) => iterator !== null)
    if (!subscriber) return
    const { iterator, items } = subscriber
    subscriber.iterator = null
    await iterator?.return?.()
    const last = items.at(-1)?.position
    if (last !== undefined) comeBack(this.#log.findIndex(({ position }) => position === last) + 1)
  }

  async #open(tested: ReturnType<typeof subscriptions>, after: number | null): Promise<void> {
    const iterator = await tested.open(after === null ? null : formatPosition(this.#logId, after), select)
    const subscriber: Subscriber = { items: [], after, openedAt: this.#log.length, iterator }
    this.subscribers.push(subscriber)
    void (async () => {
      for await (const item of iterator) {
        if (subscriber.iterator === null) return
        subscriber.items.push(item)
        this.#arrived()
        await this.#later()
      }
    })()
  }

  check({ items, after, openedAt, iterator }: Subscriber): void {
    const all = this.#log.map(({ position, stream, version }): Item => ({ position, stream, count: version + 1 }))
    const first = after ?? all.findIndex(({ position }) => position === items[0]?.position)
    expect(items).toEqual(all.slice(Math.max(first, 0)).slice(0, items.length))
    if (iterator !== null) expect(items.at(-1)).toEqual(all.at(-1))
    if (iterator !== null && after === null) expect(first).toBeLessThanOrEqual(openedAt)
  }

  async #append(number: number, count: number): Promise<void> {
    const stream = `agentip-10.0.0.${number}`
    const expectedVersion = this.#versions.get(stream) ?? -1
    const event = { type: 'AgentIpClaimed', data: { ip: `10.0.0.${number}`, agentId: 'a'.repeat(32), previousAgentId: null } } as const
    const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
    const events = Array.from({ length: count }, () => ({ id: randomUUID(), event, context }))
    const [result] = await this.store.append([{ stream, expectedVersion, events }])
    if (!result?.ok) throw new Error('the append was refused')
    this.#log.push(...result.recorded)
    this.#versions.set(stream, expectedVersion + count)
  }

  #openLog(): FollowedLog {
    const { store } = this
    const later = this.#later
    const log = logOfStore(store)
    return {
      ...log,
      async head() {
        await later()
        return log.head()
      },
      async *subscribe(options) {
        for await (const batch of store.subscribe({ ...options, batchSize: 2 })) {
          await later()
          yield batch
        }
      },
      async streamEvents(stream, page) {
        await later()
        return log.streamEvents(stream, page)
      },
    }
  }

  /** The event log as far as it is projected, in small pieces. */
  #readModels(): ReadModels {
    const pages = logOfStore(this.store)
    const parts: Pick<ReadModels, 'events' | 'eventsAfter' | 'streamEvents' | 'position'> = {
      events: async () => {
        const node = this.#log[this.#projected - 1] as RecordedEvent
        return { edges: [{ cursor: '', node }], endCursor: '', hasNextPage: false, unreadable: [], bytes: 0 }
      },
      eventsAfter: async (after) => {
        await this.#later()
        const known = this.#log.slice(0, this.#projected).filter(({ position }) => position > after)
        await this.#later()
        return { entries: known.slice(0, 3), hasMore: known.length > 3 }
      },
      streamEvents: async (stream, page) => {
        const limit = this.#log[this.#projected - 1]?.position ?? ''
        await this.#later()
        const found = await pages.streamEvents(stream, page)
        return { ...found, edges: found.edges.filter(({ node }) => node.position <= limit) }
      },
      position: async () => formatPosition(this.#logId, this.#projected),
    }
    return parts as ReadModels
  }
}
