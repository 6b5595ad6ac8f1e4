import { randomUUID } from 'node:crypto'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testStore } from '../tests/postgres-center.ts'
import { postgresWaitingTasks, waitingTasksFeed } from './waiting-tasks-table.ts'

let base: Awaited<ReturnType<typeof testStore>>
beforeAll(async () => {
  base = await testStore()
})
afterEach(() => base.pool.query('delete from elves.waiting_tasks'))
afterAll(() => base.close())

const waiting = () => postgresWaitingTasks(base.pool, 'elves')
const hourMs = 3_600_000

interface Wait {
  readonly agentId?: string
  /** Set for a retry. */
  readonly delayMs?: number
  readonly windowMs?: number
  /** How far its clock is ahead of the database's. */
  readonly aheadMs?: number
}

/** Feeds the beginning of a wait; returns the instant at which it began. */
async function begin(taskId: string, { agentId = 'a', delayMs, windowMs = 60_000, aheadMs = 0 }: Wait = {}): Promise<number> {
  const recordedAt = Date.now() + aheadMs
  const notBefore = delayMs === undefined ? null : recordedAt + delayMs
  const reason = delayMs === undefined ? 'AGENT' : 'RETRY'
  const data = { agentId, app: 'apptest', attempt: delayMs === undefined ? 1 : 2, reason, notBefore, startBefore: recordedAt + windowMs } as const
  await feed({ stream: `task-${taskId}`, version: 1, event: { type: 'TaskWaiting', data }, recordedAt })
  return recordedAt
}

async function feed(event: Pick<RecordedEvent, 'stream' | 'version' | 'event' | 'recordedAt'>): Promise<void> {
  const context = { actor: { kind: 'SYSTEM', id: 'x', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  await waitingTasksFeed('elves').apply(base.pool as never, [{ ...event, id: randomUUID(), position: 'p', context }])
}

const ids = (rows: readonly { taskId: string }[]) => rows.map(({ taskId }) => taskId)

test('a delay is over once; then the task may be dispatched, those of other agents may not', async () => {
  const now = await begin('1', { delayMs: 1_000 })
  await begin('2')
  await begin('3', { agentId: 'b' })
  expect(await waiting().nextAfter(now)).toBe(now + 1_000)
  expect(await waiting().delaysOver(now + 999)).toEqual([])
  expect(ids(await waiting().ofAgents(['a'], '', now, 10))).toEqual(['2'])
  expect(await waiting().delaysOver(now + 1_000)).toEqual(['a'])
  expect(await waiting().delaysOver(now + 1_000)).toEqual([])
  expect(ids(await waiting().ofAgents(['a'], '', now + 1_000, 10))).toEqual(['1', '2'])
  expect(ids(await waiting().ofAgents(['a'], '1', now + 1_000, 10))).toEqual(['2'])
  expect((await waiting().agents()).toSorted()).toEqual(['a', 'b'])
})

test('what is dispatched, skipped or cancelled leaves the table', async () => {
  await begin('1')
  await begin('2')
  const dispatched = { agentId: 'a', app: 'apptest', attempt: 1, journalId: 'j', notAfter: 1, deadlineAt: null }
  await feed({ stream: 'task-1', version: 2, recordedAt: 1, event: { type: 'TaskDispatched', data: dispatched } })
  const skipped = { agentId: 'a', app: 'apptest', failure: { code: 'START_EXPIRED', message: '' } }
  await feed({ stream: 'task-2', version: 2, recordedAt: 1, event: { type: 'TaskSkipped', data: skipped } })
  expect(await waiting().agents()).toEqual([])
  expect(await waiting().nextAfter(0)).toBeNull()
})

test('when its time is over a first attempt is not dispatched any more; a further one is, until it is skipped', async () => {
  const now = await begin('1')
  await begin('2', { delayMs: 0 })
  const late = now + 61_000
  await waiting().delaysOver(late)
  expect(ids(await waiting().ofAgents(['a'], '', late, 10))).toEqual(['2'])
  expect(ids(await waiting().expired(late, false, 10))).toEqual(['1'])
  expect(ids(await waiting().expired(late, true, 10)).toSorted()).toEqual(['1', '2'])
  expect(await waiting().expired(now, true, 10)).toEqual([])
})

test('a clock that was set forward shortens no wait, one that was set back lengthens none beyond what it was to take', async () => {
  const now = await begin('1', { delayMs: 10_000 })
  await waiting().clockMoved(hourMs)
  expect(await waiting().nextAfter(now)).toBe(now + hourMs + 10_000)
  // The clock goes back to where it was.
  await waiting().clockMoved(-hourMs)
  const next = (await waiting().nextAfter(now)) ?? 0
  expect(next).toBeGreaterThanOrEqual(now + 10_000)
  expect(next).toBeLessThan(now + hourMs)
})

test('an event from before the clock was set back delays nothing longer than it was to be', async () => {
  const ahead = await begin('1', { delayMs: 10_000, aheadMs: hourMs })
  expect((await waiting().nextAfter(0)) ?? ahead).toBeLessThan(ahead)
})
