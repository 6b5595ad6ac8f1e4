import { randomUUID } from 'node:crypto'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { replay } from './replay.ts'

test('a store that is away for a while does not end a replay; an error that does not pass does', async () => {
  const store = memoryEventStore()
  await appendInOrder(store, sampleHistory({ seed: 1, tasks: 5, agents: 1 }))
  const head = await store.head()
  let away = 2
  let error = new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
  const flaky = {
    ...store,
    append: store.append.bind(store),
    readAll: async (what: Parameters<typeof store.readAll>[0]) => {
      if (away-- > 0) throw error
      return store.readAll(what)
    },
  }
  const seen: string[] = []
  const projector = {
    name: randomUUID(),
    tables: [],
    reads: [],
    apply: async (_client: pg.ClientBase, _schema: string, events: readonly { readonly position: string }[]) =>
      void seen.push(...events.map(({ position }) => position)),
  }
  const client = { query: async () => ({ rows: [] }) } as unknown as pg.ClientBase
  const run = () => replay({ store: flaky, after: null, projectors: [{ projector, upTo: head }], schema: 'x', inBatch: (work) => work(client) })
  await run()
  expect(seen.at(-1)).toBe(head)
  expect(new Set(seen).size).toBe(seen.length)
  away = 1
  error = new ElvesError('EVENT_UNREADABLE', 'damaged')
  await expect(run()).rejects.toThrow('damaged')
})
