import { randomUUID } from 'node:crypto'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DomainEvent } from '../../domain/events.ts'
import { processorAggregate, processorId } from '../../domain/processor/processor.ts'
import type { TaskEvent } from '../../domain/task/events.ts'
import { taskStream } from '../../domain/task/task.ts'
import { acknowledged, lost, requested, started, succeeded } from '../../domain/task/testing.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { processorsReadModel } from './index.ts'
import { readLag, readProcessor, readStart } from './queries.ts'

const schema = 'processors'
let database: ReadModelDatabase
let events: readonly RecordedEvent[]
let rows: Record<string, unknown[]>

const requestedBy = (processor: boolean, app = 'apptest') => ({ type: 'TaskRequested', data: { ...requested.data, processor, app } }) as TaskEvent
const moved = (type: 'ProcessorAdvanced' | 'ProcessorRewound', sequence: number): DomainEvent => ({
  type,
  data: { app: 'apptest', name: 'books', sequence, idempotencyKey: null },
})
const processor = processorAggregate.streamOf(processorId('apptest', 'books'))

/** One event after the other; the number is the sequence of its position. */
const story: readonly (readonly [string, DomainEvent])[] = [
  [taskStream('AA'), requestedBy(true)], // 1
  [taskStream('BB'), requestedBy(false)], // 2
  [taskStream('CC'), requestedBy(true, 'other')], // 3
  [taskStream('DD'), requestedBy(true)], // 4
  [taskStream('EE'), requestedBy(true)], // 5: never ends
  [taskStream('AA'), succeeded], // 6
  [taskStream('BB'), succeeded], // 7
  [taskStream('CC'), succeeded], // 8
  [taskStream('DD'), lost], // 9
  [taskStream('EE'), acknowledged], // 10
  [taskStream('DD'), { ...succeeded, data: { ...succeeded.data, isLate: true } } as TaskEvent], // 11
  [processor, moved('ProcessorAdvanced', 9)], // 12
  [processor, moved('ProcessorRewound', 6)], // 13
  [taskStream('EE'), started], // 14
]

beforeAll(async () => {
  database = await readModelDatabase()
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  const versions = new Map<string, number>()
  for (const [stream, event] of story) {
    const expectedVersion = versions.get(stream) ?? -1
    versions.set(stream, expectedVersion + 1)
    await database.store.append([{ stream, expectedVersion, events: [{ id: randomUUID(), event, context }] }])
  }
  events = await allEvents(database.store)
  rows = await rowsOf(database.pool, processorsReadModel, events)
  await projectInto(database.pool, schema, [events], [processorsReadModel])
})

afterAll(() => database.close())

const at = (sequence: number) => events[sequence - 1]?.position ?? ''

test('keeps where each task in mode P ended first and last, and where each processor is', () => {
  expect(events.map(({ position }) => parsePosition(position).sequence)).toEqual(story.map((_, index) => index + 1))
  expect(rows['processor_results']).toEqual([
    { task_id: 'AA', app: 'apptest', first_sequence: 6, last_sequence: 6 },
    { task_id: 'CC', app: 'other', first_sequence: 8, last_sequence: 8 },
    { task_id: 'DD', app: 'apptest', first_sequence: 9, last_sequence: 11 },
    { task_id: 'EE', app: 'apptest', first_sequence: null, last_sequence: null },
  ])
  expect(rows['processors']).toMatchObject([{ id: 'apptest/books', sequence: 13, version: 1, at_sequence: 6 }])
})

test('shows the cursor, and when it was last moved forwards', async () => {
  const [, , advanced, rewound] = [0, 0, events[11], events[12]]
  expect(await readProcessor(database.pool, schema, 'apptest/books')).toEqual({
    id: 'apptest/books',
    app: 'apptest',
    name: 'books',
    at: at(6),
    movedAt: rewound?.recordedAt,
    deliveredAt: advanced?.recordedAt,
    version: 1,
    position: at(13),
  })
  expect(await readProcessor(database.pool, schema, 'apptest/none')).toBeNull()
})

test.each([
  [0, 2],
  [5, 2],
  [6, 1],
  [9, 1],
  [10, 1],
  [11, 0],
])('after event %i of the log, %i results of the app wait', async (sequence, lag) => {
  const logId = at(1).slice(0, 9)
  expect(await readLag(database.pool, schema, 'apptest', logId + sequence.toString(16).padStart(16, '0'))).toBe(lag)
})

test('begins just before the first result that follows, and behind everything where none does', async () => {
  const start = (id: string, app: string) => readStart(database.pool, schema, { id, app })
  expect(await start('apptest/books', 'apptest')).toBe(at(8))
  expect(await start('apptest/new', 'apptest')).toBe(at(5))
  expect(await start('nothing/new', 'nothing')).toBe(events.at(-1)?.position)
  await database.pool.query(`update ${schema}.processors set at_sequence = 9`)
  expect(await start('apptest/books', 'apptest')).toBe(at(10))
  await database.pool.query(`update ${schema}.processors set at_sequence = 6`)
})
