import { handedRun } from '@elves/core/eventing/handed-events.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import { type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verify } from '../verification.ts'
import type { FromThread } from './messages.ts'
import { type ProjectionThread, type ProjectionThreadOptions, projectionThread } from './projection-thread.ts'

type Progress = Extract<FromThread, { kind: 'progress' }>

let database: ReadModelDatabase
let threads: ProjectionThread[]
let progress: Progress[]
let lines: string

beforeEach(async () => {
  database = await readModelDatabase()
  await migrateReadModels(database.pool)
  threads = []
  progress = []
  lines = ''
})

afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.stop()))
  await database.close()
})

async function started(change: Partial<ProjectionThreadOptions> = {}): Promise<ProjectionThread> {
  const thread = await projectionThread({
    settings: { ELVES_DATABASE_URL: database.url, ELVES_EVENTSTOREDB_URL: '' },
    logLevel: 'info',
    log: {
      write(text) {
        lines += text
      },
    },
    progress: (message) => progress.push(message),
    ...change,
  })
  threads.push(thread)
  return thread
}

async function append(seed: number): Promise<void> {
  await appendInOrder(database.store, sampleHistory({ seed, tasks: 20, agents: 2 }))
}

/** Resolves when the thread has told that all read models are at the head of the log, live. */
async function caughtUp(): Promise<void> {
  const head = await database.store.head()
  await waitFor(() => progress.at(-1)?.status.every(({ position, state }) => position === head && state === 'LIVE'))
}

test('projects what it is told of, tells how far it is and what it has committed, and ends when it is told to', async () => {
  await append(1)
  const thread = await started()
  await caughtUp()
  await append(2)
  thread.news()
  await caughtUp()
  expect(progress.at(-1)?.status.map(({ name }) => name)).toEqual(readModelNames)
  expect(new Set(progress.flatMap(({ handled }) => handled.map(({ projector }) => projector)))).toEqual(new Set(readModelNames))
  expect(await verify({ store: database.store, connectionString: database.url })).toMatchObject({ isSame: true })
  await thread.stop()
  await thread.stop()
  expect(await thread.ended).toBe('exit code 0')
})

test('projects what is handed to it, and reads what is not', async () => {
  const thread = await started()
  await append(1)
  await caughtUp()
  for (const seed of [2, 3, 4]) {
    const before = await database.store.head()
    await append(seed)
    const events = await database.store.readAll({ from: before, direction: 'forwards', limit: 10_000 })
    // The last of them come with the next news only.
    if (seed !== 3) thread.news(handedRun(before, events.slice(0, -1)))
  }
  await caughtUp()
  expect(await verify({ store: database.store, connectionString: database.url })).toMatchObject({ isSame: true })
})

test('projects without news, too, only later', async () => {
  await started()
  await caughtUp()
  await append(3)
  await caughtUp()
})

test('one that dies says so, and another goes on from the checkpoints', async () => {
  const dead = await started()
  await caughtUp()
  await dead.kill()
  expect(await dead.ended).toMatch(/exit code/)
  await append(4)
  await started()
  await caughtUp()
  expect(await verify({ store: database.store, connectionString: database.url })).toMatchObject({ isSame: true })
})

test('one that can not start rejects with the reason', async () => {
  const settings = { ELVES_DATABASE_URL: database.url.replace(/\/[^/?]*(\?|$)/, '/no_such_database$1'), ELVES_EVENTSTOREDB_URL: '' }
  await expect(started({ settings })).rejects.toThrow('no_such_database')
})

test('its log lines come whole, by message', async () => {
  await started()
  await caughtUp()
  await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
  await waitFor(() => lines.includes('"part":"projection-service"'))
  expect(lines.endsWith('\n')).toBe(true)
})
