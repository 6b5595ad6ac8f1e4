import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { auditKey } from '@elves/command-service/log-tree/audit-key.ts'
import { headPlaces } from '@elves/command-service/log-tree/head-places.ts'
import { keeperName, logTreeKeeper } from '@elves/command-service/log-tree/log-tree-keeper.ts'
import { csvHead, csvRow } from '@elves/core/audit/export-csv.ts'
import { exportLog } from '@elves/core/audit/export-log.ts'
import { type ClosingHead, type ExportedEvent, type ExportRecord, isEventRecord, ndjsonLine } from '@elves/core/audit/export-records.ts'
import { signHead } from '@elves/core/audit/head.ts'
import { logLeafHash, TreeEdge } from '@elves/core/audit/tree.ts'
import { logTree } from '@elves/core/audit/tree-tables.ts'
import { verifyExport } from '@elves/core/audit/verify-export.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { newPrivateKey, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { boundQueries } from '@elves/core/read-models/read-model.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { auditLog } from '@elves/query-service/audit/audit-log.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditReport, verifyFile } from './verify-report.ts'

const script = join(import.meta.dirname, '../../tools/audit')
const run = promisify(execFile)

let folder: string
let database: EventingDatabase
let signer: Signer
/** What the platform exports when nobody has touched anything. */
let honest: readonly ExportRecord[]
/** Heads as a receiver outside has them, smallest first. */
let keptHeads: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-audit-'))
  database = await eventingDatabase()
  const { pool } = database
  await migrateCommandService(pool)
  const store = await database.store()
  const headsFile = join(folder, 'heads.ndjson')
  signer = await auditKey(join(folder, 'audit-key'), silentLogger)
  await writeFile(join(folder, 'trusted'), `${signer.publicKey}\n`)
  const places = headPlaces({ pool, schema: 'elves', file: headsFile, url: '', timeoutMs: 1_000, logger: silentLogger })
  const keeper = logTreeKeeper({
    store,
    pool,
    signer: async () => signer,
    places,
    headMs: 1,
    metrics: { signed: () => undefined },
    logger: silentLogger,
    isMakingTables: () => false,
  })
  const held = holdLease({ pool, name: keeperName, owner: 'test', logger: silentLogger, whileHeld: keeper.whileHeld })
  const listening = new AbortController()
  const observing = (async () => {
    for await (const { events } of store.subscribe({ after: null, signal: listening.signal })) keeper.observe(events)
  })()
  const history = sampleHistory({ seed: 7, tasks: 90, agents: 3, plans: 2 })
  for (const [from, to] of [
    [0, 40],
    [40, 200],
    [200, history.length],
  ] as const) {
    await appendInOrder(store, history.slice(from, to))
    if (from === 40) await appendLargeTask(store)
    const events = await pool.query<{ n: number }>('select count(*)::int as n from elves.events')
    const covered = async () => (await readFile(headsFile, 'utf8').catch(() => '')).includes(`"size":${events.rows[0]?.n},`)
    await waitFor(covered, { what: `a head of ${events.rows[0]?.n} events` })
  }
  listening.abort()
  await observing
  await held.stop()
  const told = (await readFile(headsFile, 'utf8')).trimEnd().split('\n')
  keptHeads = [told[0], told[Math.floor(told.length / 2)], told.at(-1)] as string[]
  honest = await exported()
  await addAll()
  byPython = await runPython()
}, 120_000)

afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

/** A task whose parameter is large: its leaf knows it by its hash. */
async function appendLargeTask(store: EventStore): Promise<void> {
  const fixed = { kind: 'INSTANT', agentId: 'a', agentIp: '10.0.0.1', app: 'b', func: 'f', proxy: null, processor: false, timeoutMs: 0 } as const
  const data = { ...fixed, ...noTaskOptions, param: inlineValue('ü'.repeat(1_000)), idempotencyKey: null, requestHash: 'hash' }
  const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
  await store.append([
    { stream: taskStream('00000000000000FF'), expectedVersion: -1, events: [{ id: randomUUID(), event: { type: 'TaskRequested', data }, context }] },
  ])
}

async function exported(): Promise<readonly ExportRecord[]> {
  const tables = boundQueries(logTree.queries, database.pool, 'elves')
  const records: ExportRecord[] = []
  for await (const some of exportLog(tables, await database.store(), { from: null, to: null })) records.push(...some)
  return records
}

const eventsOf = (records: readonly ExportRecord[]) => records.filter(isEventRecord)
const text = (records: readonly ExportRecord[]) => records.map((record) => `${ndjsonLine(record)}\n`).join('')
const csv = (records: readonly ExportRecord[]) => [csvHead, ...records.map(csvRow), ''].join('\n')

interface Asked {
  readonly isKeyGiven?: boolean
  readonly head?: string
}

/** Runs the program over many files in one process: it prints the exit code and the output of each. */
const verifyAll = `
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
import verify
for args in json.load(open(sys.argv[2])):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = verify.main(args)
    print(json.dumps({'code': code, 'output': out.getvalue()}))
`

interface Said {
  readonly code: number
  readonly output: string
}

interface Case {
  readonly files: { readonly file: string; readonly keys: readonly string[]; readonly heads: readonly string[] }
  readonly args: readonly string[]
}

const cases = new Map<string, Case>()
let byPython: ReadonlyMap<string, Said>

async function add(name: string, content: string, { isKeyGiven = true, head }: Asked = {}): Promise<void> {
  const path = (part: string) => join(folder, `${cases.size}-${part}`)
  const [file, kept] = [path('export'), path('head')]
  await writeFile(file, content)
  if (head !== undefined) await writeFile(kept, `${head}\n`)
  const files = { file, keys: isKeyGiven ? [join(folder, 'trusted')] : [], heads: head === undefined ? [] : [kept] }
  const args = [file, ...files.keys.flatMap((key) => ['--key', key]), ...files.heads.flatMap((one) => ['--head', one])]
  cases.set(name, { files, args })
}

async function runPython(): Promise<ReadonlyMap<string, Said>> {
  const list = join(folder, 'cases.json')
  await writeFile(list, JSON.stringify([...cases.values()].map(({ args }) => args)))
  const { stdout } = await run('python3', ['-B', '-c', verifyAll, script, list])
  const said = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said)
  return new Map([...cases.keys()].map((name, index) => [name, said[index] as Said]))
}

/** Returns what both verifiers say about a file, which is the same. */
async function said(name: string): Promise<string> {
  const verdict = await verifyFile((cases.get(name) as Case).files)
  const output = auditReport(verdict)
  expect(byPython.get(name)).toEqual({ code: verdict.findings.length > 0 ? 1 : 0, output })
  return output
}

const at = 100

function changed(line: ExportedEvent): ExportedEvent {
  return { ...line, event: line.event.replace(/"recordedAt":\d+/, '"recordedAt":1') }
}

/** The events as somebody would write them who knows how leaves are hashed: each at its index, with the hash that its text has. */
function rehashed(records: readonly ExportRecord[]): readonly ExportRecord[] {
  let index = 0
  return records.map((record) => {
    if (!isEventRecord(record)) return record
    return { ...record, index: index++, leaf: logLeafHash(record.event).toString('hex'), treeId: /"id":"(.{8})/.exec(record.event)?.[1] ?? null }
  })
}

/** The whole log again, with heads of its own. */
function signedAnew(records: readonly ExportRecord[], by: Signer): readonly ExportRecord[] {
  const edge = new TreeEdge()
  return rehashed(records).flatMap((record): readonly ExportRecord[] => {
    if (isEventRecord(record)) edge.add(Buffer.from(record.leaf ?? '', 'hex'))
    if ('export' in record) return [{ export: { ...record.export, next: eventsOf(records).length } }]
    if ('head' in record) return []
    if ('end' in record) return [{ end: { ...record.end, events: edge.size } }]
    if (!('closingHead' in record)) return [record]
    const { logId, signedAt } = record.closingHead
    const head = signHead(by, { logId, signedAt, size: edge.size, rootHash: edge.root().toString('hex') })
    return [{ closingHead: { ...head, publicKey: by.publicKey, right: [] } }]
  })
}

/** Does something to the lines from the one of event 100 on. */
function edited(edit: (lines: readonly [ExportedEvent, ExportedEvent]) => readonly ExportRecord[]): readonly ExportRecord[] {
  const place = honest.findIndex((record) => isEventRecord(record) && record.index === at)
  const [one, other] = [honest[place], honest[place + 1]] as unknown as [ExportedEvent, ExportedEvent]
  return [...honest.slice(0, place), ...edit([one, other]), ...honest.slice(place + 2)]
}

const anotherEvent = (line: ExportedEvent): ExportedEvent => ({
  ...line,
  event: line.event.replace(/"id":"[^"]+"/, `"id":"00000000-0000-4000-8000-000000000000"`),
})
const stranger = signerOf(newPrivateKey())
const earlier = () => keptHeads[0] as string

const inTheExport: Readonly<Record<string, readonly [() => readonly ExportRecord[], RegExp, (() => Asked)?]>> = {
  'an event was changed': [
    () => edited(([one, other]) => [changed(one), other]),
    /^CHANGED 100: its content is not what the tree has: position 101, /,
  ],
  'an event was changed together with its hash': [
    () => rehashed(edited(([one, other]) => [changed(one), other])),
    /^FORGED \d+: events \d+ to \d+ are not all those/,
  ],
  'an event was removed': [() => edited(([, other]) => [other]), /^REMOVED 100: the event is missing before position 102, /],
  'an event was removed, and the rest moved up': [() => rehashed(edited(([, other]) => [other])), /^(FORGED|CUT) \d+: /],
  'an event was inserted': [
    () => edited(([one, other]) => [one, { ...anotherEvent(one), index: at + 1 }, other]),
    /^INSERTED 101: the tree has no such event/,
  ],
  'an event was inserted, with its hash': [() => rehashed(edited(([one, other]) => [one, anotherEvent(one), other])), /^(FORGED|CUT) \d+: /],
  'an event is there twice': [() => edited(([one, other]) => [one, one, other]), /^INSERTED 100: it is there twice/],
  'two lines changed places': [() => edited(([one, other]) => [other, one]), /^REORDERED 100: it stands behind event 101/],
  'two events changed places': [
    () =>
      edited(([one, other]) => [
        { ...one, event: other.event },
        { ...other, event: one.event },
      ]),
    /^REORDERED 100: it and the next one/,
  ],
  'the end was cut off': [() => honest.slice(0, -40), /^CUT \d+: the file ends before its end/],
  'the last events were taken out': [
    () => honest.filter((record) => !isEventRecord(record) || record.index < eventsOf(honest).length - 3),
    /^CUT \d+: the events end with/,
  ],
  'a large text was exchanged': [
    () => honest.map((record) => ('value' in record && record.value.text !== null ? { value: { ...record.value, text: 'x' } } : record)),
    /^CHANGED \d+: a large text is not the one/,
  ],
  'a signature was exchanged': [
    () => honest.map((record) => ('closingHead' in record ? { closingHead: { ...record.closingHead, signedAt: 1 } } : record)),
    /^SIGNATURE: /,
  ],
  'all was signed anew with another key': [
    () =>
      signedAnew(
        edited(([, other]) => [other]),
        stranger,
      ),
    /^OTHER_KEY: the head of \d+ events is signed by key/,
  ],
  'all was signed anew with another key, and only an earlier head is known': [
    () => signedAnew(honest, stranger),
    /^OTHER_KEY: /,
    () => ({ isKeyGiven: false, head: earlier() }),
  ],
  'all was signed anew with the same key': [
    () =>
      signedAnew(
        edited(([one, other]) => [changed(one), other]),
        signer,
      ),
    /^REPLACED: the log is not the one that the earlier head of \d+ events covers/,
    () => ({ head: keptHeads.find((head) => (JSON.parse(head) as ClosingHead).size > at) as string }),
  ],
  'all was cut and signed anew with the same key': [
    () =>
      signedAnew(
        honest.filter((record) => !('value' in record) && (!isEventRecord(record) || record.index < 90)),
        signer,
      ),
    /^CUT 90: the log had \d+ events when an earlier head was made, and has 90/,
    () => ({ head: keptHeads.at(-1) as string }),
  ],
}

const off = 'alter table elves.events_0 disable trigger user; alter table elves.events disable trigger user;'
const inPostgres: Readonly<Record<string, readonly [string, RegExp]>> = {
  'an event was changed': [
    `update elves.events set stream_version = stream_version + 1 where position = 101`,
    /^CHANGED 100: its content is not what the tree has: position 101, /,
  ],
  'the data of an event was exchanged for that of another of its type': [
    `update elves.events e set data = f.data from elves.events f where e.position = (select min(position) from elves.events where type = 'TaskRequested')
       and f.position = (select max(position) from elves.events where type = 'TaskRequested')`,
    /^CHANGED \d+: its content is not what the tree has: position \d+, TaskRequested /,
  ],
  'an event was removed': [
    `delete from elves.events where position = 101`,
    /^REMOVED 100: the event whose id begins with \w{8} is missing before position 102, /,
  ],
  'an event was removed, and the others moved up': [
    `delete from elves.events where position = 101; update elves.events set position = -position + 1 where position > 101;
     update elves.events set position = -position where position < 0`,
    /^REMOVED 100: the event whose id begins with \w{8} is missing before position 101, /,
  ],
  'an event was inserted': [
    `update elves.events set position = -position - 1 where position > 100; update elves.events set position = -position where position < 0;
     insert into elves.events select 101, stream_id, stream_version, gen_random_uuid(), type, recorded_at, context, data from elves.events where position = 100`,
    /^INSERTED 100: the tree has no such event: position 101, /,
  ],
  'two events changed places': [
    `update elves.events set position = -101 where position = 101; update elves.events set position = 101 where position = 102;
     update elves.events set position = 102 where position = -101`,
    /^REORDERED 100: it and the next one stand in each other's place: position 101, /,
  ],
  'the end of the log was cut off': [
    `delete from elves.events where position > (select max(position) - 3 from elves.events)`,
    /^(CUT|REMOVED) \d+: /,
  ],
}

async function addAll(): Promise<void> {
  await add('honest', text(honest))
  await add('honest csv', csv(honest))
  await add('honest, no key', text(honest), { isKeyGiven: false })
  for (const head of keptHeads) await add(`honest, head ${head}`, text(honest), { head })
  for (const [name, [make, , asked]] of Object.entries(inTheExport)) await add(`export: ${name}`, text(make()), asked?.())
  await add('csv', csv(honest).replace(/,TaskRequested,/, ',TaskFailed,'))
  const { pool } = database
  await pool.query('create table saved as select * from elves.events')
  for (const [name, [sql]] of Object.entries(inPostgres)) {
    // A context that is left out is that of the row before; a forger would not mind, but it makes two changes of one.
    await pool.query(`${off} update elves.events e set context = (select f.context from saved f where f.position <= e.position and f.context is not null
      order by f.position desc limit 1) where context is null; ${sql}`)
    await add(`Postgres: ${name}`, text(await exported()))
    await pool.query('delete from elves.events; insert into elves.events select * from saved')
  }
  await add('stranger, no key', text(signedAnew(honest, stranger)), { isKeyGiven: false })
}

test('an export that nobody touched is what was signed, as NDJSON and as CSV, and fits every head that was kept', async () => {
  expect(eventsOf(honest).length).toBeGreaterThan(300)
  expect(honest.filter((record) => 'head' in record).length).toBeGreaterThan(0)
  expect(await said('honest')).toMatch(/^OK: events 0 to \d+ of log /)
  expect(await said('honest csv')).toMatch(/^OK: /)
  for (const head of keptHeads) expect(await said(`honest, head ${head}`)).toMatch(/^OK: /)
})

test.each(Object.entries(inTheExport))('found by both verifiers in the export: %s', async (name, [, expected]) => {
  expect(await said(`export: ${name}`)).toMatch(expected)
})

test('rows of a CSV whose readable part is not what is hashed are found', async () => {
  expect(await said('csv')).toMatch(/^UNREADABLE: /)
})

test.each(Object.entries(inPostgres))('found by both verifiers in Postgres, behind its guard: %s', async (name, [, expected]) => {
  expect(await said(`Postgres: ${name}`)).toMatch(expected)
})

test('who names no key is told that the file only vouches for itself', async () => {
  expect(await said('honest, no key')).toMatch(/^OK: .*\nNobody named a key/)
  expect(await said('stranger, no key')).toMatch(/^OK: .*\nNobody named a key/)
})

/** Moves the state of the tree, as a reader finds it that looks at another moment than at the heads. */
async function whereTreeIs<Result>(size: number, read: () => Promise<Result>): Promise<Result> {
  const { pool } = database
  const { rows } = await pool.query<{ size: string; last_sequence: string }>('select size, last_sequence from elves.log_tree')
  const move = (to: readonly unknown[]) => pool.query('update elves.log_tree set size = $1, last_sequence = $2', [...to])
  await move([size, size])
  try {
    return await read()
  } finally {
    await move([rows[0]?.size, rows[0]?.last_sequence])
  }
}

test('an export that began before the last head was signed ends with the head before it', async () => {
  const [, before] = keptHeads.map((head) => JSON.parse(head) as ClosingHead) as [ClosingHead, ClosingHead]
  const records = await whereTreeIs(before.size, exported)
  const { findings, closingHead, events } = await verifyExport(records.map(ndjsonLine), { keys: [signer.publicKey], heads: [] })
  expect({ findings, size: closingHead?.size, events }).toEqual({ findings: [], size: before.size, events: before.size })
})

test('the log says the size of its head, also where the tree is ahead of it', async () => {
  const tables = boundQueries(logTree.queries, database.pool, 'elves')
  const { log } = auditLog({ of: () => tables } as unknown as ReadModels, undefined)
  const { size, rootHash, signedHead } = await whereTreeIs(eventsOf(honest).length + 5, log)
  expect({ size, rootHash }).toEqual({ size: eventsOf(honest).length, rootHash: signedHead.rootHash })
})
