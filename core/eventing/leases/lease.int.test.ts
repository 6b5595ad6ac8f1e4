import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import { silentLogger } from '../../foundation/log.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { checkFence, holdLease, type Lease } from './lease.ts'

let database: EventingDatabase
let running: Running[]
beforeEach(async () => {
  database = await eventingDatabase()
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await database.close()
})

const aborted = (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** An owner that works until its lease ends, and notes each lease it had: on a busy machine it may lose a short one, and have the next. */
function owner(name: string, ttlMs: number): { leases: Lease[]; running: Running } {
  const leases: Lease[] = []
  const whileHeld = async (lease: Lease) => {
    leases.push(lease)
    if (!lease.signal.aborted) await aborted(lease.signal)
  }
  const one = holdLease({ pool: database.pool, name: 'work', owner: name, ttlMs, logger: silentLogger, whileHeld })
  running.push(one)
  return { leases, running: one }
}

const fence = (token: number) => inTransaction(database.pool, (client) => checkFence(client, 'work', token))

describe('a lease', () => {
  it('has one owner at a time, and passes on with a larger token when its owner stops', async () => {
    const owners = [owner('a', 600), owner('b', 600)] as const
    const first = await waitFor(() => owners.find(({ leases }) => leases.length > 0), { what: 'an owner' })
    const [second] = owners.filter((one) => one !== first)
    await fence(1)
    expect(second?.leases).toEqual([])
    await first.running.stop()
    await waitFor(() => (second?.leases.length ?? 0) > 0, { what: 'the next owner' })
    expect(second?.leases[0]?.token).toBe(2)
    await fence(2)
    await expect(fence(1)).rejects.toMatchObject({ code: 'LEASE_LOST' })
  })

  it('is renewed beyond its time while its owner lives', async () => {
    const { leases } = owner('a', 900)
    await waitFor(() => leases.length > 0)
    const end = async () => (await database.pool.query<{ at: Date }>('select expires_at as at from elves.leases')).rows[0]?.at.getTime() ?? 0
    const before = await end()
    await waitFor(async () => (await end()) > before + 600, { what: 'renewals' })
    expect(leases).toHaveLength(1)
    expect(leases[0]?.signal.aborted).toBe(false)
  })

  it('of many of one process is renewed together with them, and alone where its own work has locked it; one that is lost takes none along', async () => {
    const held = new Map<string, Lease>()
    const names = ['one', 'two', 'busy', 'lost']
    for (const name of names) {
      const whileHeld = async (lease: Lease) => {
        held.set(name, lease)
        if (!lease.signal.aborted) await aborted(lease.signal)
      }
      running.push(holdLease({ pool: database.pool, name, owner: 'a', ttlMs: 900, logger: silentLogger, whileHeld }))
    }
    await waitFor(() => held.size === names.length, { what: 'the leases' })
    const client = await database.pool.connect()
    await client.query('begin')
    await checkFence(client, 'busy', 1)
    await database.pool.query(`update elves.leases set token = token + 1, expires_at = clock_timestamp() + interval '1 hour' where name = 'lost'`)
    await waitFor(() => held.get('lost')?.signal.aborted, { what: 'the abort' })
    await client.query('commit')
    client.release()
    const left = async () =>
      (
        await database.pool.query<{ name: string }>(`select name from elves.leases where expires_at > clock_timestamp() and token = 1 order by name`)
      ).rows.map(({ name }) => name)
    // Longer than any of them would live without being renewed.
    const lost = performance.now()
    await waitFor(() => performance.now() - lost > 1_500, { what: 'some renewals' })
    expect(await left()).toEqual(['busy', 'one', 'two'])
    expect(['busy', 'one', 'two'].map((name) => held.get(name)?.signal.aborted)).toEqual([false, false, false])
  })

  it('is not valid any more, before anything else is told, where its owner stood still beyond its time', async () => {
    const { leases } = owner('a', 300)
    await waitFor(() => leases.length > 0)
    expect(leases[0]?.isValid()).toBe(true)
    // The thread stands still, as a process does that was stopped.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    expect(leases[0]?.isValid()).toBe(false)
    expect(leases[0]?.signal.aborted).toBe(false)
  })

  it('is taken over from an owner that is silent, once it has expired', async () => {
    await database.pool.query(`insert into elves.leases values ('work', 'dead', 7, clock_timestamp() + interval '400 ms')`)
    const { leases } = owner('a', 300)
    await waitFor(() => leases.length > 0)
    expect(leases[0]?.token).toBe(8)
  })

  it('that was taken away ends the work, visibly, and the old token is refused', async () => {
    const { leases } = owner('a', 600)
    const [lease] = await waitFor(() => leases.length > 0 && leases)
    await database.pool.query(`update elves.leases set owner = 'thief', token = token + 1, expires_at = clock_timestamp() + interval '1 hour'`)
    await waitFor(() => lease?.signal.aborted, { what: 'the abort' })
    expect(lease?.signal.reason).toMatchObject({ code: 'LEASE_LOST' })
    await expect(fence(lease?.token ?? 0)).rejects.toMatchObject({ code: 'LEASE_LOST' })
  })

  it('that can not be renewed in time ends the work before another can have it', async () => {
    const { leases } = owner('a', 600)
    await waitFor(() => leases.length > 0)
    const blocker = await database.pool.connect()
    await blocker.query('begin')
    await blocker.query('lock table elves.leases in access exclusive mode')
    await waitFor(() => leases[0]?.signal.aborted, { what: 'the abort' })
    expect(leases[0]?.signal.reason).toMatchObject({ code: 'LEASE_LOST' })
    await blocker.query('rollback')
    blocker.release()
    await waitFor(() => leases.length > 1, { what: 'the lease again' })
  })

  it('whose end is of before the clock was set back by an hour is taken over, and its owner is fenced out', async () => {
    const first = owner('a', 600)
    await waitFor(() => first.leases.length > 0, { what: 'the first owner' })
    const second = owner('b', 600)
    // As often as the owner renews the lease.
    const ahead = "update elves.leases set expires_at = clock_timestamp() + interval '1 hour' where name = 'work' and owner = 'a'"
    await waitFor(async () => (await database.pool.query(ahead)) && second.leases.length > 0, { what: 'the next owner' })
    await waitFor(() => first.leases[0]?.signal.aborted, { what: 'the end of the first lease' })
    await expect(fence(first.leases[0]?.token ?? 0)).rejects.toMatchObject({ code: 'LEASE_LOST' })
    await fence(second.leases[0]?.token ?? 0)
  })

  it('is not passed on while a transaction that checked it runs', async () => {
    await database.pool.query(`insert into elves.leases values ('work', 'old', 1, clock_timestamp())`)
    const client = await database.pool.connect()
    await client.query('begin')
    await checkFence(client, 'work', 1)
    const { leases } = owner('a', 300)
    const isAsking = async () =>
      (await database.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into elves.leases%'`))
        .rowCount === 1
    await waitFor(isAsking, { what: 'the next owner to wait' })
    expect(leases).toEqual([])
    await client.query('commit')
    client.release()
    await waitFor(() => leases.length > 0)
  })

  it('passes on also where its owner was stopped in the middle of a transaction that checked it', async () => {
    await database.pool.query(`insert into elves.leases values ('work', 'old', 1, clock_timestamp())`)
    const stopped = await database.pool.connect()
    stopped.on('error', () => undefined)
    await stopped.query('begin')
    await checkFence(stopped, 'work', 1)
    const { leases } = owner('a', 300)
    await waitFor(() => leases.length > 0, { what: 'the next owner' })
    await expect(stopped.query('commit')).rejects.toThrow()
    stopped.release(true)
  })

  it('is asked for again where the work ended with it, or failed', async () => {
    const tokens: number[] = []
    const whileHeld = async ({ token }: Lease) => {
      tokens.push(token)
      if (token < 3) throw new ElvesError(token === 1 ? 'LEASE_LOST' : 'INTERNAL', 'no more')
    }
    running.push(holdLease({ pool: database.pool, name: 'work', owner: 'a', ttlMs: 60, logger: silentLogger, whileHeld }))
    await waitFor(() => tokens.length >= 3, { what: 'new tries' })
    expect(tokens.slice(0, 3)).toEqual([1, 2, 3])
  })
})
