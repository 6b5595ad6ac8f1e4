import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import { loggerTo, silentLogger } from '../../foundation/log.ts'
import type { EventStore, RecordedEvent, Subscribe } from '../event-store.ts'
import { tellingStore } from '../telling-store.ts'
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
    send: async (name, signal) => void (name === 'hurry' && sent.push(signal as HurrySignal)),
    on(name, listener) {
      if (name !== 'hurry') return () => undefined
      listeners.add(listener as (signal: HurrySignal) => void)
      return () => listeners.delete(listener as (signal: HurrySignal) => void)
    },
    onCommit: () => () => undefined,
  }
  return { signals, sent, hurry: (signal: HurrySignal) => listeners.forEach((listener) => void listener(signal)) }
}

/** Signals that reach every listener of every instance at once. */
function sharedSignals(): DueTableSignals {
  const listeners = new Map<string, Set<(data: never) => void>>()
  return {
    async send(name, data) {
      for (const listener of listeners.get(name) ?? []) listener(data as never)
    },
    on(name, listener) {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(listener as never))
      return () => all.delete(listener as never)
    },
    onCommit: () => () => undefined,
  }
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

  it('reads nothing before it may begin, says that it is not made, and lets itself be stopped', async () => {
    let reads = 0
    const counted = {
      ...tellingStore(store, () => undefined),
      subscribe(options: Subscribe) {
        reads += 1
        return store.subscribe(options)
      },
    }
    const begins = Promise.withResolvers<void>()
    const stream = await write(2)
    const [waiting, stopped] = [table({ store: counted, begins: begins.promise }), table({ store: counted, begins: begins.promise })]
    const [owner, other] = [new AbortController(), new AbortController()]
    const fed = waiting.feedWhileOwned({ signal: owner.signal })
    const neverFed = stopped.feedWhileOwned({ signal: other.signal })
    await waitFor(() => waiting.feeding() !== null && stopped.feeding() !== null)
    expect(waiting.feeding()).toEqual({ position: null, isMade: false })
    other.abort()
    await neverFed
    expect(reads).toBe(0)
    begins.resolve()
    await waitFor(() => waiting.feeding()?.isMade === true)
    expect(await rows()).toEqual({ [stream]: 2 })
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

  it('has one worker: who asks waits for the instance that feeds it, however long that takes, and takes no page from it', async () => {
    const signals = sharedSignals()
    const writers: string[] = []
    const warnings: string[] = []
    const logger = loggerTo({ write: (line) => void warnings.push(line) }, 'test', 'warn')
    const mayGoOn = Promise.withResolvers<void>()
    const by = (writer: string) => ({
      async apply(client: pg.ClientBase, events: readonly RecordedEvent[]) {
        writers.push(writer)
        await mayGoOn.promise
        await counting.apply(client, events)
      },
    })
    const streams = [await write(3), await write(2)]
    let hurries = 0
    signals.on('hurry', () => {
      hurries += 1
    })
    const feeding = table({ signals, logger }, by('feeding'))
    const asking = table({ signals, logger }, by('asking'))
    const owner = new AbortController()
    const fed = feeding.feedWhileOwned({ signal: owner.signal })
    await waitFor(() => writers.length > 0, { what: 'the first page' })
    const caughtUp = Promise.all([asking.caughtUp(), feeding.caughtUp(), asking.caughtUp()])
    await waitFor(() => hurries > 5, { what: 'the patience of who asks to end some times' })
    mayGoOn.resolve()
    await caughtUp
    expect(await rows()).toEqual({ [streams[0] ?? '']: 3, [streams[1] ?? '']: 2 })
    expect(new Set(writers)).toEqual(new Set(['feeding']))
    expect(warnings).toEqual([])
    owner.abort()
    await fed
  })

  it('loses no page where the lease comes to an instance that is at work already', async () => {
    const warnings: string[] = []
    const logger = loggerTo({ write: (line) => void warnings.push(line) }, 'test', 'warn')
    const isAtWork = Promise.withResolvers<void>()
    const mayGoOn = Promise.withResolvers<void>()
    const one = table(
      { logger },
      {
        async apply(client, events) {
          isAtWork.resolve()
          await mayGoOn.promise
          await counting.apply(client, events)
        },
      },
    )
    const stream = await write(5)
    const caughtUp = one.caughtUp()
    await isAtWork.promise
    const owner = new AbortController()
    const fed = one.feedWhileOwned({ signal: owner.signal })
    mayGoOn.resolve()
    await caughtUp
    await waitFor(() => one.feeding()?.isMade === true, { what: 'the feed' })
    expect(await rows()).toEqual({ [stream]: 5 })
    expect(warnings).toEqual([])
    owner.abort()
    await fed
  })

  it('refuses who waits when nothing moves, when the time is over, and when the service stops', async () => {
    const never = new ElvesError('CHECKPOINT_CONFLICT', 'never')
    const stuck = () => table({ standstillMs: 60 }, { apply: () => Promise.reject(never) })
    await write(1)
    await expect(stuck().caughtUp()).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND', canRetry: true })
    await expect(stuck().caughtUp(0)).rejects.toMatchObject({ code: 'READ_MODEL_BEHIND' })
    const closed = stuck()
    closed.close()
    await expect(closed.caughtUp()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
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
