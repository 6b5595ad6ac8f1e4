import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { appendDamaged } from '@elves/tests/support/damaged-event.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore } from '../event-store.ts'
import { type DueTable, type DueTableSignals, dueTable } from './due-table.ts'
import { isAnySetApart, isNotSetApart } from './set-apart-streams.ts'

let database: EventingDatabase
let store: EventStore
let owner: AbortController
let fed: Promise<void>
beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
  await database.pool.query('create table streams (stream text primary key, events int not null)')
  fed = Promise.resolve()
})
afterEach(async () => {
  owner?.abort()
  await fed
  await database.close()
})

const signals: DueTableSignals = { send: async () => undefined, on: () => () => undefined, onCommit: () => () => undefined }

/** Counts the events of each stream: one that is applied twice, or not at all, shows. */
function table(): DueTable {
  return dueTable(
    {
      name: 'counting',
      wants: () => true,
      async apply(client, events) {
        for (const { stream } of events) {
          await client.query('insert into streams as s values ($1, 1) on conflict (stream) do update set events = s.events + 1', [stream])
        }
      },
    },
    { store, pool: database.pool, schema: 'elves', signals, logger: silentLogger, mergeMs: 5, patienceMs: 20 },
  )
}

function feed(): DueTable {
  const fresh = table()
  owner = new AbortController()
  fed = fresh.feedWhileOwned({ signal: owner.signal })
  return fresh
}

async function stopped(): Promise<void> {
  owner.abort()
  await fed
}

async function write(stream: string, expectedVersion: number, count: number): Promise<void> {
  const [result] = await store.append([sampleAppend(stream, expectedVersion, count)])
  expect(result?.ok).toBe(true)
}

async function counts(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ stream: string; events: number }>('select stream, events from streams')
  return Object.fromEntries(rows.map(({ stream, events }) => [stream, events]))
}

const letters = async () => (await database.pool.query('select handler, stream, stream_version, type, code from elves.dead_letters order by id')).rows
const damaged = (stream: string) => appendDamaged(database.pool, stream, { type: 'SchedulePaused', data: { at: 1, idempotencyKey: null } })

describe.each([
  ['the instance that feeds the table', feed],
  ['an instance that brings it up to date where nobody feeds it', table],
])('an event that %s can not read', (_, made) => {
  it('is parked, its stream stands still before it, and all others go on', async () => {
    const [hurt, well] = [sampleStream(), sampleStream()]
    const due = made()
    await write(hurt, -1, 2)
    await write(well, -1, 1)
    await damaged(hurt)
    await write(well, 0, 2)
    await write(hurt, 2, 1)
    await due.caughtUp()
    await write(hurt, 3, 1)
    await write(well, 2, 1)
    await due.caughtUp()
    expect(await counts()).toEqual({ [hurt]: 2, [well]: 4 })
    expect(await letters()).toEqual([{ handler: 'counting', stream: hurt, stream_version: 2, type: 'SchedulePaused', code: 'EVENT_UNREADABLE' }])
    expect(due.isSound()).toBe(true)
    expect(await isAnySetApart(database.pool, 'elves', 'counting', hurt.slice(0, 5))).toBe(true)
    const { rows } = await database.pool.query(`select stream from streams where ${isNotSetApart('elves', 'counting', '', 'stream')}`)
    expect(rows).toEqual([{ stream: well }])
  })

  it('stands still also where very many others are set apart', async () => {
    const [hurt, well] = [sampleStream(), sampleStream()]
    await database.pool.query(
      `insert into elves.dead_letters (handler, position, code, message, stream, stream_version)
       select 'counting', 'other-' || n, 'EVENT_UNREADABLE', '', 'other-' || n, 0 from generate_series(1, 500) as n`,
    )
    const due = made()
    await write(hurt, -1, 2)
    await damaged(hurt)
    await due.caughtUp()
    await write(hurt, 2, 1)
    await write(well, -1, 1)
    await due.caughtUp()
    expect(await counts()).toEqual({ [hurt]: 2, [well]: 1 })
  })

  it('several in a row, and the last of the log, are parked each', async () => {
    const streams = [sampleStream(), sampleStream()]
    const due = made()
    await write(streams[0] ?? '', -1, 1)
    for (const stream of [...streams, ...streams]) await damaged(stream)
    await due.caughtUp()
    expect((await letters()).map(({ stream, stream_version: version }) => [stream, version])).toEqual([
      [streams[0], 1],
      [streams[1], 0],
      [streams[0], 2],
      [streams[1], 1],
    ])
  })
})

describe('a stream that is set apart', () => {
  it('is made up for, in its order and once, by the first owner that can read it', async () => {
    const [hurt, other] = [sampleStream(), sampleStream()]
    await write(hurt, -1, 1)
    const [one, another] = [await damaged(hurt), await damaged(other)]
    await write(hurt, 1, 2)
    await feed().caughtUp()
    await stopped()
    expect(await counts()).toEqual({ [hurt]: 1 })
    await one.mend()
    const due = feed()
    await waitFor(async () => (await counts())[hurt] === 4, { what: 'the stream to be made up for' })
    await write(hurt, 3, 1)
    await due.caughtUp()
    expect(await counts()).toEqual({ [hurt]: 5 })
    expect((await letters()).map(({ stream }) => stream)).toEqual([other])
    await stopped()
    await another.mend()
    feed()
    await waitFor(async () => (await letters()).length === 0, { what: 'the other stream' })
    expect(await counts()).toEqual({ [hurt]: 5, [other]: 1 })
  })

  it('is tried again when somebody asks, by any instance: counted while it can not be read, made up for once it can', async () => {
    const [hurt, other] = [sampleStream(), sampleStream()]
    await write(hurt, -1, 1)
    const { mend } = await damaged(hurt)
    await damaged(other)
    await write(hurt, 1, 2)
    const feeding = feed()
    await feeding.caughtUp()
    const asked = table()
    await expect(asked.retryStream(hurt)).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
    const attempts = async () => (await database.pool.query('select stream, attempts from elves.dead_letters order by id')).rows
    expect(await attempts()).toEqual([
      { stream: hurt, attempts: 2 },
      { stream: other, attempts: 1 },
    ])
    await mend()
    await Promise.all([asked.retryStream(hurt), feeding.retryStream(hurt), write(hurt, 3, 1)])
    await feeding.caughtUp()
    expect(await counts()).toEqual({ [hurt]: 5 })
    expect((await letters()).map(({ stream }) => stream)).toEqual([other])
  })

  it('is made up for while its events go on to come', async () => {
    const hurt = sampleStream()
    await write(hurt, -1, 1)
    const { mend } = await damaged(hurt)
    await feed().caughtUp()
    await stopped()
    await mend()
    const due = feed()
    for (let version = 1; version < 60; version++) await write(hurt, version, 1)
    await waitFor(async () => (await letters()).length === 0, { what: 'the stream to be made up for' })
    await due.caughtUp()
    expect(await counts()).toEqual({ [hurt]: 61 })
  })
})
