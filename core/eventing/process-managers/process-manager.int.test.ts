import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import { silentLogger } from '../../foundation/log.ts'
import type { EventStore } from '../event-store.ts'
import { type DueTableDefinition, type DueTableOptions, type DueTableSignals, dueTable, type HurrySignal } from './due-table.ts'
import { type ProcessManager, runProcessManager } from './process-manager.ts'

let database: EventingDatabase
let store: EventStore
const running: Running[] = []
beforeEach(async () => {
  database = await eventingDatabase()
  store = await database.store()
  await database.pool.query('create table streams (stream text primary key, events int not null)')
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
  await database.close()
})

/** Counts the events of each stream: an event that is applied twice, or not at all, shows. */
const counting: DueTableDefinition = {
  name: 'counting',
  wants: () => true,
  async apply(client, events) {
    for (const { stream } of events) {
      await client.query('insert into streams as s values ($1, 1) on conflict (stream) do update set events = s.events + 1', [stream])
    }
  },
}

/** Signals that reach no listener unless the test passes them on. */
function quietSignals() {
  const sent: HurrySignal[] = []
  const listeners = new Set<(signal: HurrySignal) => void>()
  const signals: DueTableSignals = {
    send: async (_, signal) => void sent.push(signal),
    on(_, listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onCommit: () => () => undefined,
  }
  return { signals, sent, hurry: (signal: HurrySignal) => listeners.forEach((listener) => void listener(signal)) }
}

function table(changes: Partial<DueTableOptions> = {}, definition: Partial<DueTableDefinition> = {}) {
  const { signals } = quietSignals()
  const options = { store, pool: database.pool, schema: 'elves', signals, logger: silentLogger, mergeMs: 5, patienceMs: 50, ...changes }
  return dueTable({ ...counting, ...definition }, options)
}

function run(owner: string, changes: Partial<ProcessManager> = {}): { looks: number[] } {
  const looks: number[] = []
  const manager: ProcessManager = {
    name: 'counting',
    intervalMs: 10,
    clockMoved: async () => undefined,
    async act(_, { token }) {
      looks.push(token)
      return false
    },
    ...changes,
  }
  running.push(runProcessManager(manager, { pool: database.pool, owner, logger: silentLogger }))
  return { looks }
}

async function write(count: number): Promise<string> {
  const stream = sampleStream()
  await store.append([sampleAppend(stream, -1, count)])
  return stream
}

async function rows(): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ stream: string; events: number }>('select stream, events from streams')
  return Object.fromEntries(rows.map(({ stream, events }) => [stream, events]))
}

describe('a due table', () => {
  it('has each event once, whichever of several instances brings it up to date', async () => {
    const streams = [await write(3), await write(2)]
    const tables = [table(), table(), table()]
    await Promise.all(tables.map((one) => one.caughtUp()))
    expect(await rows()).toEqual({ [streams[0] ?? '']: 3, [streams[1] ?? '']: 2 })
  })

  it('goes on from its checkpoint beside the instance that feeds it', async () => {
    const day = 86_400_000
    const feeding = table({ mergeMs: day })
    const owner = new AbortController()
    const fed = feeding.feedWhileOwned({ signal: owner.signal })
    const stream = await write(4)
    await table().caughtUp()
    expect(await rows()).toEqual({ [stream]: 4 })
    owner.abort()
    await fed
  })

  it('is written at once where an instance asks for it, in the words of an earlier release too, and not for another table', async () => {
    const day = 86_400_000
    const { signals, hurry } = quietSignals()
    const feeding = table({ mergeMs: day, patienceMs: day, signals })
    const owner = new AbortController()
    const fed = feeding.feedWhileOwned({ signal: owner.signal })
    const stream = await write(1)
    const position = await store.head()
    hurry({ position, table: 'another' })
    expect(await rows()).toEqual({})
    hurry({ position })
    await waitFor(async () => (await rows())[stream] === 1, { what: 'the write' })
    owner.abort()
    await fed
  })

  it('asks the instance that feeds it before it does the work itself', async () => {
    const { signals, sent } = quietSignals()
    await write(1)
    await table({ signals }).caughtUp()
    expect(sent).toEqual([{ position: await store.head(), table: 'counting' }])
  })

  it('is not sound where its events can not be applied, until it has caught up', async () => {
    let isBroken = true
    const broken = table(
      {},
      {
        async apply(client, events) {
          if (isBroken) throw new ElvesError('EVENT_UNREADABLE', 'broken')
          await counting.apply(client, events)
        },
      },
    )
    await write(1)
    await expect(broken.feedWhileOwned({ signal: new AbortController().signal })).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' })
    expect(broken.isSound()).toBe(false)
    isBroken = false
    await broken.caughtUp()
    expect(broken.isSound()).toBe(true)
  })
})

describe('a process manager', () => {
  it('acts on one instance at a time, and another goes on where that stops', async () => {
    const one = run('one')
    await waitFor(() => one.looks.length > 0, { what: 'a look of the first' })
    const two = run('two')
    const before = one.looks.length
    await waitFor(() => one.looks.length > before + 5, { what: 'more looks' })
    expect(two.looks).toEqual([])
    await running.shift()?.stop()
    await waitFor(() => two.looks.length > 0, { what: 'a look of the second' })
    expect(two.looks[0]).toBeGreaterThan(one.looks.at(-1) ?? 0)
  })

  it('feeds its table under its lease, and no more once another has taken it', async () => {
    const { looks } = run('one', { table: table() })
    const stream = await write(2)
    await waitFor(async () => (await rows())[stream] === 2, { what: 'the rows' })
    const [token = 0] = looks
    // Another owner has taken the lease since.
    const late = table().feedWhileOwned({ signal: new AbortController().signal, fence: { name: 'counting', token: token - 1 } })
    await write(1)
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' })
  })
})
