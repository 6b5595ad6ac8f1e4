import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { allEvents } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { processingFeed } from '../lost-processing/processing-table.ts'
import { queueTasksFeed } from '../queue-runner/queue-tasks-feed.ts'
import { periodsFeed } from '../scheduler/periods-table.ts'
import { testStore } from '../tests/postgres-center.ts'
import { waitingTasksFeed } from '../waiting-tasks/waiting-tasks-table.ts'
import type { FedBeside } from './open-attempts-table.ts'

/** The tables that say what is due are made from the log: whichever batches it comes in, they are the same. */

let base: Awaited<ReturnType<typeof testStore>>
let events: readonly RecordedEvent[]
beforeAll(async () => {
  base = await testStore()
  await appendInOrder(base.store, sampleHistory({ seed: 31, tasks: 40, agents: 4, plans: 15 }))
  events = await allEvents(base.store)
})
afterAll(() => base.close())

/**
 * Whole rows, but for instants that are counted from when a row was fed, and for which one of several tasks above that did not succeed
 * is named: that depends on whether they come in one batch.
 */
const tables = {
  queues: 'select * from elves.queues order by queue_id',
  queueTasks: `select task_id, queue_id, is_member, state, is_cancelled, open_parents, failed_above is not null as can_not_run
    from elves.queue_tasks order by task_id`,
  queueDependencies: 'select * from elves.queue_dependencies order by task_id, parent_id',
  periods: 'select * from elves.schedule_periods order by schedule_id, version',
  waiting: 'select task_id, agent_id, attempt from elves.waiting_tasks order by task_id',
  processing: 'select * from elves.open_processing order by task_id',
}
const feeds: readonly FedBeside[] = [queueTasksFeed('elves'), periodsFeed('elves'), waitingTasksFeed('elves'), processingFeed('elves')]

async function tablesOf(batches: readonly (readonly RecordedEvent[])[]): Promise<Record<string, readonly object[]>> {
  await base.pool.query(
    'truncate elves.queues, elves.queue_tasks, elves.queue_dependencies, elves.schedule_periods, elves.waiting_tasks, elves.open_processing',
  )
  for (const batch of batches) {
    for (const { wants, apply } of feeds) {
      const wanted = batch.filter(wants)
      if (wanted.length > 0) await apply(base.pool as never, wanted)
    }
  }
  const rows = Object.entries(tables).map(async ([name, text]) => [name, (await base.pool.query<object>(text)).rows] as const)
  return Object.fromEntries(await Promise.all(rows))
}

test('in one batch, event by event, or in batches of any size', async () => {
  const single = await tablesOf(events.map((event) => [event]))
  for (const [name, rows] of Object.entries(single)) expect(rows.length, name).toBeGreaterThan(0)
  expect(await tablesOf([events])).toEqual(single)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 12 }), async (sizes) => {
      const batches: (readonly RecordedEvent[])[] = []
      for (let at = 0, cut = 0; at < events.length; cut++) {
        const size = sizes[cut % sizes.length] ?? 1
        batches.push(events.slice(at, at + size))
        at += size
      }
      expect(await tablesOf(batches)).toEqual(single)
    }),
    { numRuns: 15 },
  )
})
