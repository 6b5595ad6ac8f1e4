import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { exportLog } from '@elves/core/audit/export-log.ts'
import { type ExportRecord, ndjsonLine } from '@elves/core/audit/export-records.ts'
import { leafText } from '@elves/core/audit/leaf.ts'
import { consistencyProof, inclusionProof } from '@elves/core/audit/proofs.ts'
import { leavesLeft, logLeafHash, nodeHash, TreeEdge } from '@elves/core/audit/tree.ts'
import { logTree } from '@elves/core/audit/tree-tables.ts'
import { verifyExport } from '@elves/core/audit/verify-export.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { eventStoreDbEventStore } from '@elves/core/eventing/eventstoredb/eventstoredb-event-store.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { tellingStore } from '@elves/core/eventing/telling-store.ts'
import { newPrivateKey, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { boundQueries } from '@elves/core/read-models/read-model.ts'
import { sampleAppend } from '@elves/tests/contracts/sample-events.ts'
import { eventStoreDouble } from '@elves/tests/support/event-store-double.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { allEvents } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrateCommandService } from '../command-schema.ts'
import { auditKey } from './audit-key.ts'
import { headMetrics } from './head-metrics.ts'
import { type HeadPlaces, headPlaces } from './head-places.ts'
import { keeperName, logTreeKeeper } from './log-tree-keeper.ts'

let database: EventingDatabase
const signer = signerOf(newPrivateKey())

beforeEach(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
})
afterEach(() => database.close())

const tables = () => boundQueries(logTree.queries, database.pool, 'elves')
const nowhere = (): HeadPlaces => ({ tell: async () => undefined })

interface Keeping extends Running {
  /** Resolves when a head covers all events of the store. */
  covered(): Promise<void>
}

function keep(store: EventStore, sign: () => Promise<Signer> = async () => signer, isMakingTables = () => false): Keeping {
  const { pool } = database
  const keeper = logTreeKeeper({
    store,
    pool,
    signer: sign,
    places: nowhere(),
    headMs: 1,
    metrics: headMetrics(new Registry()),
    logger: silentLogger,
    isMakingTables,
  })
  const lease = holdLease({ pool, name: keeperName, owner: 'test', logger: silentLogger, whileHeld: keeper.whileHeld })
  const listening = new AbortController()
  const observing = (async () => {
    for await (const { events } of store.subscribe({ after: null, signal: listening.signal })) keeper.observe(events)
  })()
  return {
    async covered() {
      const { length } = await allEvents(store)
      const logId = (await store.head()).slice(0, 8)
      await waitFor(async () => (await tables().lastHead(logId, null))?.size === length, { what: `a head of ${length} events` })
    },
    async stop() {
      listening.abort()
      await Promise.all([observing, lease.stop()])
    },
  }
}

async function rootOfEvents(store: EventStore, size = Number.MAX_SAFE_INTEGER): Promise<string> {
  const edge = new TreeEdge()
  for (const event of (await allEvents(store)).slice(0, size)) edge.add(logLeafHash(leafText(event)))
  return edge.root().toString('hex')
}

async function verdictOf(store: EventStore) {
  const records: ExportRecord[] = []
  for await (const some of exportLog(tables(), store, { from: null, to: null })) records.push(...some)
  return verifyExport(records.map(ndjsonLine), { keys: [signer.publicKey], heads: [] })
}

test('a keeper goes on where the one before it was killed, whatever that one had in memory, and comes to the tree of the log', async () => {
  const store = await database.store()
  const history = sampleHistory({ seed: 1, tasks: 60, agents: 2 })
  await appendInOrder(store, history.slice(0, 270))
  const first = keep(store)
  await first.covered()
  await first.stop()
  await appendInOrder(store, history.slice(270, 290))
  const second = keep(store)
  await second.covered()
  await appendInOrder(store, history.slice(290))
  await second.covered()
  await second.stop()
  const logId = (await store.head()).slice(0, 8)
  expect((await tables().lastHead(logId, null))?.rootHash).toBe(await rootOfEvents(store))
  expect((await tables().lastHead(logId, 280))?.rootHash).toBe(await rootOfEvents(store, 270))
  expect((await verdictOf(store)).findings).toEqual([])
})

test('a head that could not be written leaves nothing behind, and is made at the next look', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 2, tasks: 5, agents: 1 }))
  await database.pool.query(`alter table elves.log_heads add constraint refused check (size < 0)`)
  let looks = 0
  const keeping = keep(store, async () => {
    looks += 1
    return signer
  })
  // The second look comes when the first one has failed.
  await waitFor(() => looks > 1, { what: 'a second look' })
  expect((await tables().state())?.size ?? 0).toBe(0)
  await database.pool.query('alter table elves.log_heads drop constraint refused')
  await keeping.covered()
  await keeping.stop()
  expect((await verdictOf(store)).findings).toEqual([])
})

test('a keeper leaves the log to the tables that are made from it, and reads it then', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 7, tasks: 5, agents: 1 }))
  let [reads, looks, isMaking] = [0, 0, true]
  const counted: EventStore = {
    ...tellingStore(store, () => undefined),
    readAll(asked) {
      reads += 1
      return store.readAll(asked)
    },
  }
  const keeping = keep(counted, undefined, () => {
    looks += 1
    return isMaking
  })
  await waitFor(() => looks > 2, { what: 'a keeper that asks whether tables are made' })
  expect(reads).toBe(0)
  isMaking = false
  await keeping.covered()
  await keeping.stop()
})

test('a log that grows faster than it is read is followed, and gets its heads', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 9, tasks: 5, agents: 1 }))
  let isBusy = true
  let made = 0
  const busy: EventStore = {
    append: (appends) => store.append(appends),
    readStream: (...asked) => store.readStream(...asked),
    readStreams: (...asked) => store.readStreams(...asked),
    readPrefixed: (...asked) => store.readPrefixed(...asked),
    async readAll(asked) {
      if (isBusy) await store.append([sampleAppend(`busy-${made++}`, -1, 1)])
      return store.readAll(asked)
    },
    subscribe: (asked) => store.subscribe(asked),
    head: () => store.head(),
    countAfter: (...asked) => store.countAfter(...asked),
    close: () => store.close(),
  }
  const keeping = keep(busy)
  await waitFor(async () => (await tables().lastHead((await store.head()).slice(0, 8), null)) !== null, { what: 'a head of a busy log' })
  isBusy = false
  await keeping.covered()
  await keeping.stop()
  expect((await verdictOf(store)).findings).toEqual([])
})

test('a tree that is made anew of a changed or a shorter log gets no signature while a head of it is there; one of the same log does', async () => {
  const { pool } = database
  const store = await database.store()
  const history = sampleHistory({ seed: 4, tasks: 20, agents: 1 })
  await appendInOrder(store, history.slice(0, 60))
  const first = keep(store)
  await first.covered()
  await first.stop()
  const logId = (await store.head()).slice(0, 8)
  const lastSize = async () => (await tables().lastHead(logId, null))?.size
  await appendInOrder(store, history.slice(60, 70))
  await pool.query('alter table elves.events_0 disable trigger user; alter table elves.events disable trigger user')

  async function isRefused(forge: string): Promise<void> {
    await pool.query(`${forge}; delete from elves.log_tiles; update elves.log_tree set size = 0, last_sequence = 0`)
    let looks = 0
    const keeping = keep(store, async () => {
      looks += 1
      return signer
    })
    // The second look comes when the first one has failed, or when there is more to sign.
    await waitFor(async () => looks > 1 || (await lastSize()) !== 60, { what: 'a second look' })
    await keeping.stop()
    expect(await lastSize()).toBe(60)
  }

  await isRefused('update elves.events set stream_version = stream_version + 1000 where position = 5')
  await pool.query(
    'update elves.events set stream_version = stream_version - 1000 where position = 5; create table saved as select * from elves.events',
  )
  await isRefused('delete from elves.events where position > 50')
  await pool.query('insert into elves.events select * from saved where position > 50')
  await pool.query('delete from elves.log_tiles; update elves.log_tree set size = 0, last_sequence = 0')
  const last = keep(store)
  await last.covered()
  await last.stop()
  expect(await lastSize()).toBe(70)
})

test('it is the same on EventStoreDB, whose positions have gaps', async () => {
  const double = await eventStoreDouble()
  const store = await eventStoreDbEventStore({ connectionString: double.url, logger: silentLogger })
  try {
    await appendInOrder(store, sampleHistory({ seed: 3, tasks: 60, agents: 2, plans: 1 }))
    const keeping = keep(store)
    await keeping.covered()
    await keeping.stop()
    const verdict = await verdictOf(store)
    expect(verdict.findings).toEqual([])
    expect(verdict.events).toBeGreaterThan(256)
    const [event] = (await allEvents(store)).slice(-5)
    expect(await inclusionProof(tables(), store, event?.id ?? '')).toMatchObject({ event: event?.id, index: verdict.events - 5 })
  } finally {
    await store.close()
    double.stop()
  }
})

/** RFC 9162, 2.1.3.2, by the recursion that defines the path. */
function rootByPath(index: number, size: number, leaf: Buffer, path: readonly Buffer[]): Buffer {
  const last = path.at(-1)
  if (size === 1 || !last) return leaf
  const left = leavesLeft(size)
  const rest = path.slice(0, -1)
  return index < left ? nodeHash(rootByPath(index, left, leaf, rest), last) : nodeHash(last, rootByPath(index - left, size - left, leaf, rest))
}

/** RFC 9162, 2.1.4.2. */
function isConsistent(first: number, second: number, firstRoot: string, secondRoot: string, given: readonly string[]): boolean {
  const path = given.map((hex) => Buffer.from(hex, 'hex'))
  if (Number.isInteger(Math.log2(first))) path.unshift(Buffer.from(firstRoot, 'hex'))
  let [fn, sn] = [first - 1, second - 1]
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)]
  let [fr, sr] = [path[0] as Buffer, path[0] as Buffer]
  for (const node of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      ;[fr, sr] = [nodeHash(node, fr), nodeHash(node, sr)]
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else sr = nodeHash(sr, node)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && fr.toString('hex') === firstRoot && sr.toString('hex') === secondRoot
}

test('each event has a proof that leads to the signed root, and each size one that it is the beginning of any later one', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 5, tasks: 70, agents: 2 }))
  const keeping = keep(store)
  await keeping.covered()
  await keeping.stop()
  const events = await allEvents(store)
  for (const index of [0, 1, 100, 255, 256, 300, events.length - 1]) {
    const event = events[index]
    const proof = await inclusionProof(tables(), store, event?.id ?? '')
    const path = proof.path.map((hex) => Buffer.from(hex, 'hex'))
    expect(proof).toMatchObject({ index, size: events.length, leafHash: logLeafHash(proof.leaf).toString('hex') })
    expect(rootByPath(index, proof.size, logLeafHash(proof.leaf), path).toString('hex')).toBe(proof.rootHash)
    expect(await inclusionProof(tables(), store, event?.position ?? '')).toEqual(proof)
  }
  for (const [from, to] of [
    [1, 2],
    [3, 7],
    [4, 8],
    [6, 256],
    [255, 257],
    [256, 300],
    [257, events.length],
    [events.length - 1, events.length],
  ] as const) {
    const { fromRootHash, toRootHash, path } = await consistencyProof(tables(), from, to)
    expect(fromRootHash, `${from}`).toBe(await rootOfEvents(store, from))
    expect(isConsistent(from, to, fromRootHash, toRootHash, path), `${from} to ${to}`).toBe(true)
    expect(isConsistent(from, to, toRootHash, fromRootHash, path), `${from} to ${to}`).toBe(false)
  }
  await expect(consistencyProof(tables(), 5, events.length + 1)).rejects.toMatchObject({ code: 'SIZE_INVALID' })
  await expect(inclusionProof(tables(), store, '00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ code: 'EVENT_NOT_COVERED' })
})

test('an export of a part begins behind a position or at an instant, and is verified like the whole', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 6, tasks: 60, agents: 2 }))
  const keeping = keep(store)
  await keeping.covered()
  await keeping.stop()
  const events = await allEvents(store)
  const part = async (from: Parameters<typeof exportLog>[2]['from'], to: Parameters<typeof exportLog>[2]['to']) => {
    const records: ExportRecord[] = []
    for await (const some of exportLog(tables(), store, { from, to })) records.push(...some)
    const { findings, events: count, header } = await verifyExport(records.map(ndjsonLine), { keys: [signer.publicKey], heads: [] })
    return { findings, count, first: header?.first, next: header?.next }
  }
  const at = (index: number) => ({ position: events[index]?.position ?? '' })
  for (const [from, to] of [
    [9, 20],
    [255, 270],
    [3, events.length - 1],
    [254, 255],
  ] as const) {
    expect(await part(at(from), at(to))).toEqual({ findings: [], count: to - from, first: from + 1, next: to + 1 })
  }
  const instant = events[200]?.recordedAt ?? 0
  const first = events.findIndex(({ recordedAt }) => recordedAt >= instant)
  expect(await part({ instant }, null)).toMatchObject({ findings: [], first })
  expect(await part(null, { instant })).toMatchObject({ findings: [], count: first })
})

test('the key is made once, for its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-audit-key-'))
  try {
    const path = join(folder, 'key')
    const made = await Promise.all([auditKey(path, silentLogger), auditKey(path, silentLogger), auditKey(path, silentLogger)])
    expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(signerOf((await readFile(path, 'utf8')).trim()).publicKey).toBe(made[0]?.publicKey)
    expect(await readdir(folder)).toEqual(['key'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a key that another process makes in the same folder stays as it is, also where both have the same pid', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-audit-key-'))
  try {
    // The other process has linked its draft as the key, and has not removed the draft.
    const [path, draft, linked] = [join(folder, 'key'), join(folder, `key.${process.pid}.new`), join(folder, 'linked')]
    await writeFile(draft, 'of another process')
    await link(draft, linked)
    await auditKey(path, silentLogger)
    expect(await readFile(linked, 'utf8')).toBe('of another process')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a head begins a line of its own behind half a line that a crash has left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-audit-heads-'))
  try {
    const store = await database.store()
    await appendInOrder(store, sampleHistory({ seed: 8, tasks: 5, agents: 1 }))
    const keeping = keep(store)
    await keeping.covered()
    await keeping.stop()
    const logId = (await store.head()).slice(0, 8)
    const file = join(folder, 'heads.ndjson')
    const half = '{"logId":"aaaaaaaa","si'
    await writeFile(file, half)
    const places = headPlaces({ pool: database.pool, schema: 'elves', file, url: '', timeoutMs: 1_000, logger: silentLogger })
    await places.tell(logId, new AbortController().signal)
    const line = JSON.stringify(await tables().lastHead(logId, null))
    expect(await readFile(file, 'utf8')).toBe(`${half}\n${line}\n`)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the credentials of the place where heads go are in no log', async () => {
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 8, tasks: 5, agents: 1 }))
  const keeping = keep(store)
  await keeping.covered()
  await keeping.stop()
  const said: unknown[] = []
  const logger = { ...silentLogger, warn: (...facts: unknown[]) => said.push(facts) } as unknown as typeof silentLogger
  // Nobody listens at port 9 of this host.
  const url = 'http://user:hidden-password@127.0.0.1:9/heads?token=hidden-token'
  const places = headPlaces({ pool: database.pool, schema: 'elves', file: '', url, timeoutMs: 1_000, logger })
  await places.tell((await store.head()).slice(0, 8), new AbortController().signal)
  expect(inspect(said, { depth: 10 })).toContain('http://127.0.0.1:9/heads')
  expect(inspect(said, { depth: 10 })).not.toContain('hidden')
})
