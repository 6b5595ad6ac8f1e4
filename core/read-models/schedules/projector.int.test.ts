import { randomUUID } from 'node:crypto'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase, rowsOf } from '@elves/tests/support/read-model-database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DomainEvent } from '../../domain/events.ts'
import { scheduleStream } from '../../domain/schedule/schedule.ts'
import { scheduleSettings } from '../../domain/schedule/testing.ts'
import { noTaskOptions } from '../../domain/task/options.ts'
import { taskStream } from '../../domain/task/task.ts'
import { tasksReadModel } from '../tasks/index.ts'
import { readFires, readLastEndedTask } from './fires.ts'
import { schedulesReadModel } from './index.ts'
import { readSchedules } from './queries.ts'

let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
  for (const [stream, events] of history()) await append(stream, events)
})

afterAll(() => database.close())

const second = 1_000
const noon = Date.UTC(2026, 0, 1, 12)
const settings = scheduleSettings({ rule: '* * * * * ?' })
const since = { since: noon, idempotencyKey: null }

function notFired(from: number, before: number, outcome: 'MISSED' | 'SKIPPED'): DomainEvent {
  return { type: 'ScheduleInstantsNotFired', data: { rule: settings.rule, timeZone: 'UTC', from, before, outcome, reason: outcome } }
}

function fired(fireAt: number | null): DomainEvent {
  const { agentId, app, func, param, proxy, processor, timeoutMs } = settings
  const asked = { kind: 'SCHEDULE', agentId, app, agentIp: '10.0.0.1', func, param, proxy, processor, timeoutMs } as const
  return { type: 'TaskRequested', data: { ...asked, idempotencyKey: null, requestHash: null, ...noTaskOptions, scheduleId: 'busy', fireAt } }
}

function history(): [string, DomainEvent[]][] {
  const created: DomainEvent = { type: 'ScheduleCreated', data: { ...settings, isPaused: false, requestHash: null, ...since } }
  return [
    [scheduleStream('busy'), [created, notFired(noon + 2 * second, noon + 6 * second, 'MISSED')]],
    [taskStream('T1'), [fired(noon + second)]],
    // A stalled owner fired what another had recorded as not fired.
    [taskStream('T4'), [fired(noon + 4 * second)]],
    [taskStream('T6'), [fired(noon + 6 * second)]],
    [scheduleStream('gone'), [created, { type: 'ScheduleDeleted', data: { at: noon, idempotencyKey: null } }]],
  ]
}

async function append(stream: string, events: readonly DomainEvent[]): Promise<void> {
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  await database.store.append([{ stream, expectedVersion: -1, events: events.map((event) => ({ id: randomUUID(), event, context })) }])
}

test('rows are the same whether events come in one batch, one by one or twice', async () => {
  const rows = await rowsOf(database.pool, schedulesReadModel, await allEvents(database.store))
  expect(rows['schedules']).toMatchObject([
    { id: 'busy', state: 'RUNNING', agent: '10.0.0.1', app: 'apptest' },
    { id: 'gone', state: 'DELETED' },
  ])
  expect(rows['schedule_fires']).toHaveLength(4)
})

test('fires are told instant by instant, the latest first, page by page; what fired is told as fired', async () => {
  const schema = 'fires'
  await projectInto(database.pool, schema, [await allEvents(database.store)], [schedulesReadModel])
  const expected = [
    [6, 'FIRED', 'T6'],
    [5, 'MISSED', null],
    [4, 'FIRED', 'T4'],
    [3, 'MISSED', null],
    [2, 'MISSED', null],
    [1, 'FIRED', 'T1'],
  ]
  for (const first of [1, 2, 4, 10]) {
    const told: unknown[] = []
    for (let after: string | null = null, isMore = true; isMore; ) {
      const page = await readFires(database.pool, schema, 'busy', { first, after })
      told.push(...page.edges.map(({ node }) => [(node.instant - noon) / second, node.outcome, node.taskId]))
      after = page.endCursor
      isMore = page.hasNextPage
    }
    expect(told).toEqual(expected)
  }
  const listed = await readSchedules(database.pool, schema, { agents: ['10.0.0.1'] }, { first: 10, after: null })
  expect(listed.edges.map(({ node }) => node.id)).toEqual(['busy'])
  const deleted = await readSchedules(database.pool, schema, { states: ['DELETED'] }, { first: 10, after: null })
  expect(deleted.edges.map(({ node }) => node.id)).toEqual(['gone'])
})

test('schedules of which an instant was missed since then are found; what was skipped is not missed', async () => {
  const schema = 'missed'
  await append(scheduleStream('skips'), [
    { type: 'ScheduleCreated', data: { ...settings, isPaused: false, requestHash: null, ...since } },
    notFired(noon, noon + 60 * second, 'SKIPPED'),
  ])
  await projectInto(database.pool, schema, [await allEvents(database.store)], [schedulesReadModel])
  const found = async (missedSince: number) =>
    (await readSchedules(database.pool, schema, { missedSince }, { first: 10, after: null })).edges.map(({ node }) => node.id)
  expect(await found(noon + 5 * second)).toEqual(['busy'])
  expect(await found(noon + 7 * second)).toEqual([])
})

test('the task of the last fire that has ended is found behind any number that run', async () => {
  const first = await allEvents(database.store)
  const schema = 'last_ended'
  await projectInto(database.pool, schema, [first], [schedulesReadModel, tasksReadModel])
  expect(await readLastEndedTask(database.pool, schema, 'busy')).toBeNull()
  for (let nth = 7; nth < 67; nth++) await append(taskStream(`T${nth}`), [fired(noon + nth * second)])
  const failure = { code: 'OUTCOME_UNKNOWN', message: 'no word' }
  for (const nth of [70, 71]) {
    const lost: DomainEvent = { type: 'TaskLost', data: { agentId: settings.agentId, app: settings.app, attempt: 1, failure } }
    await append(taskStream(`E${nth}`), [fired(noon + (nth - 70) * second - 10 * second), lost])
  }
  await projectInto(database.pool, 'last_ended_2', [await allEvents(database.store)], [schedulesReadModel, tasksReadModel])
  expect(await readLastEndedTask(database.pool, 'last_ended_2', 'busy')).toBe('E71')
})
