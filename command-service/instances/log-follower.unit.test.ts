import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, it } from 'vitest'
import { caller, center, request } from '../tests/center.ts'
import { followLog } from './log-follower.ts'

it('goes on where it was when the store is away for a while', async () => {
  const store = memoryEventStore()
  const subscribe = store.subscribe.bind(store)
  let failures = 2
  const failing = Object.assign(store, {
    async *subscribe(options: Parameters<typeof subscribe>[0]) {
      for await (const batch of subscribe(options)) {
        yield batch
        if (batch.events.length > 0 && failures-- > 0) throw new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
      }
    },
  })
  const { commands } = center(store)
  const seen: string[] = []
  const observe = (events: readonly { id: string }[]) => void seen.push(...events.map(({ id }) => id))
  const tail = followLog({ store: failing, after: await store.head(), observe, unreadable: () => undefined, logger: silentLogger, retryMs: 1 })
  for (let index = 0; index < 4; index++) {
    await commands.runTask(caller, request())
    await waitFor(() => seen.length === 2 * (index + 1))
  }
  expect(new Set(seen).size).toBe(8)
  expect(tail.isFollowing()).toBe(true)
  await tail.stop()
  expect(tail.isFollowing()).toBe(false)
})

it('goes on after an event that can not be read, and says which stream it is of', async () => {
  const store = memoryEventStore()
  const subscribe = store.subscribe.bind(store)
  const { commands } = center(store)
  const after = await store.head()
  await commands.runTask(caller, request())
  const [first, second] = await store.readAll({ from: after, direction: 'forwards', limit: 2 })
  const damaged = Object.assign(store, {
    async *subscribe(options: Parameters<typeof subscribe>[0]) {
      if (options.after !== after) return yield* subscribe(options)
      const { stream, version, position } = first ?? {}
      throw new ElvesError('EVENT_UNREADABLE', 'of a later release', { facts: { stream, version, position } })
    },
  })
  const [seen, unreadable]: [string[], string[]] = [[], []]
  const tail = followLog({
    store: damaged,
    after,
    observe: (events) => void seen.push(...events.map(({ id }) => id)),
    unreadable: ({ stream }) => void unreadable.push(stream),
    logger: silentLogger,
    retryMs: 1,
  })
  await waitFor(() => seen.length > 0)
  expect([unreadable, seen]).toEqual([[first?.stream], [second?.id]])
  expect(tail.isFollowing()).toBe(true)
  await tail.stop()
})

it('says that it is broken where the log can not be followed any more', async () => {
  const store = memoryEventStore()
  const broken = Object.assign(store, {
    // biome-ignore lint/correctness/useYield: it fails before it has anything.
    async *subscribe() {
      throw new ElvesError('INTERNAL', 'unknown')
    },
  })
  const tail = followLog({
    store: broken,
    after: await store.head(),
    observe: () => undefined,
    unreadable: () => undefined,
    logger: silentLogger,
    retryMs: 1,
  })
  await waitFor(() => !tail.isFollowing())
  await tail.stop()
})
