import { largeAppend, recordedOf, sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventStore } from '../event-store.ts'

let database: EventingDatabase
let store: EventStore
beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
})
afterEach(() => database.close())

/** Ends every connection but the one that runs this query, as a restart of the server does. */
async function cutAll(): Promise<void> {
  await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()')
}

describe('the log', () => {
  it.each(['update elves.events set type = $$x$$', 'delete from elves.events', 'truncate elves.events'])('refuses %s', async (statement) => {
    const stream = sampleStream()
    await store.append([sampleAppend(stream, -1, 2)])
    // restrict_violation
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '23001' })
    expect(await store.readStream(stream)).toHaveLength(2)
  })

  it('has positions without gaps, also after conflicts', async () => {
    const stream = sampleStream()
    await Promise.all(Array.from({ length: 30 }, () => store.append([sampleAppend(stream, -1, 2), sampleAppend(sampleStream(), -1, 1)])))
    const { rows } = await database.pool.query('select count(*)::int as count, max(position)::int as head from elves.events')
    expect(rows).toEqual([{ count: 32, head: 32 }])
  })

  it('that was restored has another id, and refuses positions of the old one', async () => {
    await store.append([sampleAppend(sampleStream(), -1, 1)])
    const before = await store.head()
    await database.pool.query(`update elves.log set log_id = case log_id when '00000000' then '00000001' else '00000000' end`)
    const restored = await database.anotherStore()
    await expect(restored.readAll({ from: before, direction: 'forwards', limit: 1 })).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
  })
})

describe('large events', () => {
  const text = 'x'.repeat(1024 * 1024)

  it('make shorter pages, of the log and of a subscription that catches up', async () => {
    for (let nth = 0; nth < 20; nth++) await store.append([largeAppend(sampleStream(), text)])
    expect(await store.readAll({ from: null, direction: 'forwards', limit: 1_000 })).toHaveLength(8)
    const later = await database.anotherStore()
    const leaving = new AbortController()
    const lengths: number[] = []
    for await (const { events, isCaughtUp } of later.subscribe({ after: null, signal: leaving.signal })) {
      lengths.push(events.length)
      if (isCaughtUp) leaving.abort()
    }
    expect(lengths).toEqual([8, 8, 4])
  })

  it('that wait to be written are refused beyond 64 MiB, and written when the database has room for them again', async () => {
    const client = await database.pool.connect()
    await client.query('begin; lock table elves.events in exclusive mode')
    const appends = Array.from({ length: 80 }, () => store.append([largeAppend(sampleStream(), text)]))
    const settled = Promise.allSettled(appends)
    await client.query('rollback')
    client.release()
    const refused = (await settled).filter((one) => one.status === 'rejected')
    expect(refused.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 16 }, () => expect.objectContaining({ code: 'OVERLOADED', canRetry: true })),
    )
    expect((await store.append([largeAppend(sampleStream(), text)]))[0]).toMatchObject({ ok: true })
  })
})

describe('an event that can not be read', () => {
  async function damage(): Promise<void> {
    await database.pool.query(
      `insert into elves.events select max(position) + 1, 'task-damaged', 0, gen_random_uuid(), 'TaskStarted', now(), '\\x00', '\\xc301' from elves.events`,
    )
    await database.pool.query('notify elves_events')
  }

  it('stops a subscription there, after all that was before it, and lets those beyond it go on', async () => {
    const signal = new AbortController().signal
    const [before] = await store.append([sampleAppend(sampleStream(), -1, 2)])
    await damage()
    const [after] = await store.append([sampleAppend(sampleStream(), -1, 2)])
    const stopped = store.subscribe({ after: null, signal })[Symbol.asyncIterator]()
    expect((await stopped.next()).value.events).toEqual(recordedOf(before))
    const unreadable = { code: 'EVENT_UNREADABLE', facts: { stream: 'task-damaged', version: 0, type: 'TaskStarted' } }
    await expect(stopped.next()).rejects.toMatchObject(unreadable)
    await expect(store.readStream('task-damaged')).rejects.toMatchObject(unreadable)
    const beyond = recordedOf(before)[1]?.position.replace(/.$/, '3') ?? ''
    const resumed = store.subscribe({ after: beyond, signal })[Symbol.asyncIterator]()
    expect((await resumed.next()).value.events).toEqual(recordedOf(after))
    await resumed.return?.()
  })

  it('stops a live subscription, and not the writers', async () => {
    const abort = new AbortController()
    const live = store.subscribe({ after: await store.head(), signal: abort.signal })[Symbol.asyncIterator]()
    await live.next()
    const next = live.next()
    await store.append([sampleAppend(sampleStream(), -1, 1)])
    expect((await next).value.events).toHaveLength(1)
    const refused = expect(live.next()).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
    await damage()
    await refused
    const [result] = await store.append([sampleAppend(sampleStream(), -1, 1)])
    expect(recordedOf(result)[0]?.position).toMatch(/0003$/)
  })
})

describe('a database that cuts its connections', () => {
  it('costs no append and writes none twice, and no subscriber misses or repeats an event', async () => {
    const other = await database.anotherStore()
    const abort = new AbortController()
    const seen: string[] = []
    const reading = (async () => {
      for await (const { events } of other.subscribe({ after: null, signal: abort.signal, batchSize: 100 })) {
        for (const event of events) {
          seen.push(event.id)
          if (event.stream === 'task-last') abort.abort()
        }
      }
    })()
    const written: string[] = []
    let isWriting = true
    const writers = Array.from({ length: 16 }, async () => {
      for (let turn = 0; turn < 60; turn++) {
        const [result] = await store.append([sampleAppend(sampleStream(), -1, 2)])
        written.push(...recordedOf(result).map(({ id }) => id))
      }
    })
    const cutting = (async () => {
      for (let cuts = 0; cuts < 5 && isWriting; cuts++) {
        const goal = written.length + 200
        while (isWriting && written.length < goal) await new Promise((resolve) => setTimeout(resolve, 5))
        await cutAll()
      }
    })()
    await Promise.all(writers)
    isWriting = false
    await cutting
    const [last] = await store.append([sampleAppend('task-last', -1, 1)])
    written.push(...recordedOf(last).map(({ id }) => id))
    await reading
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.toSorted()).toEqual(written.toSorted())
    const { rows } = await database.pool.query('select count(*)::int as count from elves.events')
    expect(rows).toEqual([{ count: written.length }])
  })
})
