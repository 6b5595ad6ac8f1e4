import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { TaskEvent } from '../../domain/task/events.ts'
import { noTaskOptions } from '../../domain/task/options.ts'
import { isEnd } from '../../domain/task/state.ts'
import { taskStream } from '../../domain/task/task.ts'
import { output } from '../../domain/task/testing.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
import { chunks } from '../../foundation/chunks.ts'
import { createScratch } from '../migrate.ts'
import { taskRatesReadModel } from './index.ts'
import { readDurations, readMinutes, readNewFailures } from './queries.ts'
import { dayMs, hourMs, minuteMs } from './told.ts'

let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
})

afterAll(() => database.close())

const noon = Date.UTC(2026, 0, 1, 12)
const failure = { code: 'WORKER_FAILED', message: 'no' }

function requested(app: string): TaskEvent {
  const asked = {
    kind: 'INSTANT',
    agentId: 'a',
    app,
    agentIp: '10.0.0.1',
    func: 'f',
    param: null,
    proxy: null,
    processor: false,
    timeoutMs: 0,
  } as const
  return { type: 'TaskRequested', data: { ...asked, idempotencyKey: null, requestHash: null, ...noTaskOptions } }
}

const end = { agentId: 'a', attempt: 1, happenedAt: 0, isLate: false }

function succeeded(app: string, costMs: number): TaskEvent {
  return { type: 'TaskSucceeded', data: { ...end, app, output: { ...output, costMs } } }
}

function failed(app: string, costMs: number, code = failure.code): TaskEvent {
  return { type: 'TaskFailed', data: { ...end, app, killed: null, failure: { ...failure, code }, output: { ...output, costMs } } }
}

/** Events of a task each, at instants of their own. */
function happened(events: readonly (readonly [ms: number, event: TaskEvent])[]): RecordedEvent[] {
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  return events.map(([recordedAt, event], index) => {
    const position = formatPosition('abcdef01', index + 1)
    return { id: `event-${index}`, stream: taskStream(`T${index}`), version: 0, position, recordedAt, context, event }
  })
}

async function projected(schema: string, events: readonly RecordedEvent[]): Promise<void> {
  await projectInto(database.pool, schema, [events], [taskRatesReadModel])
}

test('tasks are counted by the minute in which they were requested or ended, and by how', async () => {
  const events = happened([
    [noon, requested('a')],
    [noon + 1, requested('a')],
    [noon + minuteMs - 1, succeeded('a', 5)],
    [noon + minuteMs, failed('a', 5)],
    [noon + 3 * minuteMs, failed('a', 5)],
  ])
  await projected('minutes', events)
  expect(await readMinutes(database.pool, 'minutes', noon + 5)).toEqual([
    { at: noon, requested: 2, ended: [{ state: 'SUCCEEDED', count: 1 }] },
    { at: noon + minuteMs, requested: 0, ended: [{ state: 'FAILED', count: 1 }] },
    { at: noon + 3 * minuteMs, requested: 0, ended: [{ state: 'FAILED', count: 1 }] },
  ])
  expect(await readMinutes(database.pool, 'minutes', noon + minuteMs)).toHaveLength(2)
})

test('apps come in the order of how long their runs took, with the mean, the range of 95 %, and the longest', async () => {
  const quick = Array.from({ length: 20 }, (): [number, TaskEvent] => [noon, succeeded('quick', 8)])
  const slow: [number, TaskEvent][] = [
    [noon, succeeded('slow', 4_000)],
    [noon + hourMs, failed('slow', 9_000)],
  ]
  const rejected: TaskEvent = { type: 'TaskRejected', data: { ...end, app: 'never', failure, output } }
  await projected('durations', happened([...quick, ...slow, [noon, rejected]]))
  const all = await readDurations(database.pool, 'durations', noon, 10)
  expect(all).toEqual([
    { app: 'slow', runs: 2, failed: 1, meanMs: 6_500, p95Ms: 9_000, longestMs: 9_000 },
    { app: 'quick', runs: 20, failed: 0, meanMs: 8, p95Ms: 8, longestMs: 8 },
  ])
  expect(await readDurations(database.pool, 'durations', noon, 1)).toMatchObject([{ app: 'slow' }])
  expect(await readDurations(database.pool, 'durations', noon + hourMs, 10)).toMatchObject([{ app: 'slow', runs: 1 }])
})

test('a failure is new when it comes first, and when it comes again after a day without it', async () => {
  const events = happened([
    [noon, failed('a', 1)],
    [noon + hourMs, failed('a', 1)],
    [noon + 2 * hourMs, failed('b', 1)],
    [noon + 3 * hourMs, failed('a', 1, 'WORKER_BROKE')],
    [noon + dayMs + 2 * hourMs, failed('a', 1)],
  ])
  await projected('failures', events)
  expect(await readNewFailures(database.pool, 'failures', noon + hourMs, 10)).toEqual([
    { app: 'a', code: failure.code, since: noon + dayMs + 2 * hourMs, lastAt: noon + dayMs + 2 * hourMs, tasks: 1, lastTask: 'T4' },
    { app: 'a', code: 'WORKER_BROKE', since: noon + 3 * hourMs, lastAt: noon + 3 * hourMs, tasks: 1, lastTask: 'T3' },
    { app: 'b', code: failure.code, since: noon + 2 * hourMs, lastAt: noon + 2 * hourMs, tasks: 1, lastTask: 'T2' },
  ])
  await projected('not_new', events.slice(0, 2))
  expect(await readNewFailures(database.pool, 'not_new', noon, 10)).toMatchObject([{ since: noon, lastAt: noon + hourMs, tasks: 2, lastTask: 'T1' }])
})

test('minutes are kept for a day and durations for a week, counted from the newest, whatever the batches and however often events come', async () => {
  const hours = [0, 1, 30, 29, 200, 100, 201]
  const events = happened(hours.map((hour) => [noon + hour * hourMs, hour % 2 === 0 ? succeeded('a', hour) : failed('b', hour)]))
  const rows = await rowsOf(database.pool, taskRatesReadModel, events)
  expect(rows['task_minutes']).toHaveLength(2)
  expect(rows['task_durations']).toHaveLength(3)
  expect(rows['task_failures']).toHaveLength(1)
})

test('what is kept is counted from the newest minute and hour, in whatever order tasks end and however their ends are cut into batches', async () => {
  const hours = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 })
  const client = await database.pool.connect()
  const minutes = 'select minute as at, sum(tasks) as count from batches.task_minutes group by minute order by minute'
  const durations = 'select hour as at, sum(runs) as count from batches.task_durations group by hour order by hour'
  const shown = async (text: string, unitMs: number) => {
    const { rows } = await client.query<{ at: string; count: string }>(text)
    return rows.map(({ at, count }) => [(Number(at) * unitMs - noon) / hourMs, Number(count)])
  }
  try {
    await createScratch(client, 'batches')
    await fc.assert(
      fc.asyncProperty(hours, fc.integer({ min: 1, max: 6 }), async (ends, size) => {
        await client.query('delete from batches.task_minutes; delete from batches.task_durations; delete from batches.counters')
        const events = happened(ends.map((hour) => [noon + hour * hourMs, succeeded('a', hour)]))
        for (const batch of chunks(events, size)) await taskRatesReadModel.apply(client, 'batches', batch)
        const kept = (before: number) => {
          const of = ends.filter((hour) => hour >= Math.max(...ends) - before)
          return [...new Set(of)].sort((one, other) => one - other).map((hour) => [hour, of.filter((one) => one === hour).length])
        }
        expect(await shown(minutes, minuteMs)).toEqual(kept(24))
        expect(await shown(durations, hourMs)).toEqual(kept(7 * 24))
      }),
      { endOnFailure: true },
    )
  } finally {
    client.release()
  }
})

test('a batch deletes only where it begins a minute or an hour, or has something that is too old to be kept', async () => {
  const at = (ms: number) => [noon + 10 * dayMs + ms, succeeded('a', 1)] as const
  const ends = [at(0), at(1), at(minuteMs - 1), at(minuteMs), at(1 - hourMs), at(hourMs), at(-2 * dayMs), at(-9 * dayMs)]
  const client = await database.pool.connect()
  try {
    await createScratch(client, 'deletions')
    const sent = vi.spyOn(client, 'query')
    const deleted: (readonly string[])[] = []
    for (const event of happened(ends)) {
      sent.mockClear()
      await taskRatesReadModel.apply(client, 'deletions', [event])
      const texts = sent.mock.calls.map(([query]) => (query as unknown as { readonly text: string }).text)
      deleted.push(texts.flatMap((text) => /^delete from deletions\.task_(\w+)/.exec(text)?.[1] ?? []).sort())
    }
    const both = ['durations', 'minutes']
    expect(deleted).toEqual([both, [], [], ['minutes'], [], both, ['minutes'], both])
  } finally {
    vi.restoreAllMocks()
    client.release()
  }
})

test('what is counted of a history is what its events say', async () => {
  await appendInOrder(database.store, sampleHistory({ seed: 5, tasks: 60, agents: 4, plans: 3 }))
  const events = await allEvents(database.store)
  await projected('history', events)
  const minutes = await readMinutes(database.pool, 'history', 0)
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)
  expect(sum(minutes.map(({ requested: count }) => count))).toBe(events.filter(({ event }) => event.type === 'TaskRequested').length)
  const ends = sum(minutes.flatMap(({ ended }) => ended.map(({ count }) => count)))
  expect(ends).toBe(events.filter(({ event }) => isEnd(event.type)).length)
  expect(ends).toBeGreaterThan(20)
})
