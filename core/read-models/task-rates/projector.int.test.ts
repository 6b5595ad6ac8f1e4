import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskEvent } from '../../domain/task/events.ts'
import { noTaskOptions } from '../../domain/task/options.ts'
import { isEnd } from '../../domain/task/state.ts'
import { taskStream } from '../../domain/task/task.ts'
import { output } from '../../domain/task/testing.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
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
