import { randomUUID } from 'node:crypto'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskEvent } from '../../domain/task/events.ts'
import { noTaskOptions } from '../../domain/task/options.ts'
import { taskStream } from '../../domain/task/task.ts'
import { output } from '../../domain/task/testing.ts'
import { tasksReadModel } from './index.ts'
import { isLateTask } from './late.ts'
import { readTasks } from './queries.ts'

let database: ReadModelDatabase

beforeAll(async () => {
  database = await readModelDatabase()
})

afterAll(() => database.close())

const about = { agentId: 'a', app: 'apptest' }
const attempt = { ...about, attempt: 1, happenedAt: 0 }
/** What somebody writes to look like a time limit. */
const param = { inline: '{"x":",\\"timeoutMs\\":1"}', encrypted: null, reference: null }

function requested(timeoutMs: number): TaskEvent {
  const asked = { kind: 'INSTANT', agentIp: '10.0.0.1', func: 'f', param, proxy: null, processor: false, timeoutMs } as const
  return { type: 'TaskRequested', data: { ...about, ...asked, idempotencyKey: null, requestHash: null, ...noTaskOptions } }
}

const started: TaskEvent = { type: 'TaskStarted', data: attempt }
const waiting = (startBefore: number | null): TaskEvent => {
  return { type: 'TaskWaiting', data: { ...about, attempt: 1, reason: 'AGENT', notBefore: null, startBefore } }
}

test('late are the runs over their time limit, and what should have started: not what is in time, has no limit, or has ended', async () => {
  const hour = 3_600_000
  const tasks: [string, TaskEvent[]][] = [
    ['OVER', [requested(1), started]],
    ['IN_TIME', [requested(hour), started]],
    ['NO_LIMIT', [requested(0), started]],
    ['ENDED', [requested(1), started, { type: 'TaskSucceeded', data: { ...attempt, output, isLate: false } }]],
    ['SHOULD_HAVE_STARTED', [requested(hour), waiting(Date.now() - 1)]],
    ['MAY_WAIT', [requested(1), waiting(Date.now() + hour)]],
    ['WAITS_WITHOUT_END', [requested(1), waiting(null)]],
  ]
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  for (const [id, events] of tasks) {
    const recorded = events.map((event) => ({ id: randomUUID(), event, context }))
    await database.store.append([{ stream: taskStream(id), expectedVersion: -1, events: recorded }])
  }
  await projectInto(database.pool, 'late', [await allEvents(database.store)], [tasksReadModel])
  const startedMs = Date.now()
  await waitFor(() => Date.now() > startedMs + 5, { what: 'the limit of a ms' })
  const list = async (isLate?: boolean) =>
    (await readTasks(database.pool, 'late', isLate === undefined ? {} : { isLate }, { first: 50, after: null })).edges.map(({ node }) => node)
  const late = ['SHOULD_HAVE_STARTED', 'OVER']
  expect((await list(true)).map(({ id }) => id)).toEqual(late)
  expect((await list(false)).map(({ id }) => id)).toEqual(['WAITS_WITHOUT_END', 'MAY_WAIT', 'ENDED', 'NO_LIMIT', 'IN_TIME'])
  expect((await list()).filter((task) => isLateTask(task, Date.now())).map(({ id }) => id)).toEqual(late)
})
