import { recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore } from '../event-store.ts'
import { type EventHandler, type EventHandlerOptions, runEventHandler } from './event-handler.ts'

let database: EventingDatabase
let store: EventStore
let handlers: EventHandler[]
beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
  handlers = []
  await database.pool.query('create table seen (nr serial, id uuid)')
})
afterEach(async () => {
  await Promise.all(handlers.map((handler) => handler.stop()))
  await database.close()
})

const noteAll: EventHandlerOptions['apply'] = async (client, events) => {
  for (const { id } of events) await client.query('insert into seen (id) values ($1)', [id])
}

function run(change: Partial<EventHandlerOptions> = {}): EventHandler {
  const handler = runEventHandler({ name: 'h', store, pool: database.pool, schema: 'elves', logger: silentLogger, apply: noteAll, ...change })
  handlers.push(handler)
  return handler
}

async function write(count: number): Promise<string[]> {
  const [result] = await store.append([sampleAppend(sampleStream(), -1, count)])
  return recordedOf(result).map(({ id }) => id)
}

async function seen(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>('select id from seen order by nr')
  return rows.map(({ id }) => id)
}

describe('an event handler', () => {
  it('handles each event once and in order, from its checkpoint on, across restarts', async () => {
    const ids = await write(5)
    const first = run({ batchSize: 2 })
    await first.reached(await store.head(), 10_000)
    expect(first.status()).toMatchObject({ state: 'LIVE', position: await store.head(), error: null })
    await first.stop()
    expect(first.status().state).toBe('STOPPED')
    ids.push(...(await write(3)))
    const second = run()
    ids.push(...(await write(1)))
    await second.reached(await store.head(), 10_000)
    expect(await seen()).toEqual(ids)
  })

  it('is live on an empty log, and has reached its beginning', async () => {
    const handler = run()
    await handler.reached(await store.head(), 10_000)
    expect(handler.status().state).toBe('LIVE')
  })

  it('tells on a channel what it has committed', async () => {
    const listener = await database.pool.connect()
    const heard: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => heard.push(payload))
    await listener.query('listen elves_commit')
    run()
    await write(1)
    const head = await store.head()
    await waitFor(() => heard.includes(`h ${head}`), { what: 'the notification' })
    listener.release(true)
  })

  it('stops, visibly, on an error that is not the database’s, and keeps its checkpoint before it', async () => {
    await write(1)
    const handler = run({ apply: () => Promise.reject(new ElvesError('EVENT_UNREADABLE', 'what is this?')) })
    await handler.stopped
    expect(handler.status()).toMatchObject({ state: 'STOPPED', position: null, error: { code: 'EVENT_UNREADABLE' } })
    await expect(handler.reached(await store.head(), 10_000)).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' })
    const { rowCount } = await database.pool.query('select from elves.checkpoints')
    expect(rowCount).toBe(0)
  })

  it('writes nothing of a batch that fails, and goes on when the database is back', async () => {
    let cuts = 0
    const handler = run({
      async apply(client, events) {
        await noteAll(client, events)
        if (cuts++ < 2) await client.query('select pg_terminate_backend(pg_backend_pid())')
      },
    })
    const ids = await write(3)
    await handler.reached(await store.head(), 20_000)
    expect(await seen()).toEqual(ids)
    expect(cuts).toBeGreaterThan(2)
  })

  it('handles each event once though two instances run under one name', async () => {
    const two = [run({ batchSize: 3 }), run({ batchSize: 3, store: await database.anotherStore() })]
    const ids: string[] = []
    for (let call = 0; call < 20; call++) ids.push(...(await write(2)))
    const head = await store.head()
    await Promise.all(two.map((handler) => handler.reached(head, 20_000)))
    expect(await seen()).toEqual(ids)
  })

  it('does nothing under a lease that another has taken', async () => {
    await database.pool.query(`insert into elves.leases values ('l', 'other', 2, now())`)
    await write(1)
    const handler = run({ fence: { name: 'l', token: 1 } })
    await handler.stopped
    expect(handler.status()).toMatchObject({ state: 'STOPPED', error: { code: 'LEASE_LOST' } })
    expect(await seen()).toEqual([])
  })

  it('says so when it does not get to a position in time, or can never', async () => {
    const handler = run({
      apply: () => new Promise((_, reject) => setTimeout(() => reject(new ElvesError('STORE_UNAVAILABLE', 'no', { canRetry: true })), 20)),
    })
    await write(1)
    await expect(handler.reached(await store.head(), 50)).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND', canRetry: true })
    await expect(handler.reached('nonsense', 50)).rejects.toMatchObject({ code: 'POSITION_INVALID' })
  })
})
