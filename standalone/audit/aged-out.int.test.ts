import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { auditKey } from '@elves/command-service/log-tree/audit-key.ts'
import { headPlaces } from '@elves/command-service/log-tree/head-places.ts'
import { keeperName, logTreeKeeper } from '@elves/command-service/log-tree/log-tree-keeper.ts'
import { csvHead, csvRow } from '@elves/core/audit/export-csv.ts'
import { exportLog } from '@elves/core/audit/export-log.ts'
import { type ExportRecord, ndjsonLine } from '@elves/core/audit/export-records.ts'
import type { LeafValue } from '@elves/core/audit/leaf.ts'
import type { Bound } from '@elves/core/audit/tile-reader.ts'
import { logTree } from '@elves/core/audit/tree-tables.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { boundQueries } from '@elves/core/read-models/read-model.ts'
import { projectionService } from '@elves/projection-service/projection-service.ts'
import { ageOutValues } from '@elves/projection-service/value-ageing.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { allEvents, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditReport, verifyFile } from './verify-report.ts'

/** What was aged out is said in an export, with the event that says so; both verifiers take that, and nothing that only looks like it. */

const script = join(import.meta.dirname, '../../tools/audit/verify.py')
const rule = 'ELVES_VALUES_KEPT_DAYS=30'
const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const large = (letter: string) => letter.repeat(1_000)
const lookalike = `[aged out: 300 bytes, SHA-256 ${'0'.repeat(64)}]`

let folder: string
let database: ReadModelDatabase
let honest: readonly ExportRecord[]
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-aged-'))
  database = await readModelDatabase()
  const { pool, store } = database
  await migrateCommandService(pool)
  await migrateReadModels(pool)
  const projections = await projectionService({ store, log: store, pool, logger: silentLogger, registry: new Registry() })
  await run('0000000000000001', large('a'), large('b'))
  await projections.reached(await store.head(), 20_000)
  await ageOutValues({ store, pool, keptMs: 0, rule })
  await run('0000000000000002', large('c'), lookalike)
  await projections.reached(await store.head(), 20_000)
  await projections.stop()
  await keepTree()
  honest = await exported()
})

afterAll(async () => {
  await database?.close()
  await rm(folder, { recursive: true, force: true })
})

/** A task with this parameter, which prints this and fails. */
async function run(id: string, param: string, printed: string): Promise<void> {
  const fixed = { kind: 'INSTANT', agentIp: '10.0.0.1', func: 'f', proxy: null, processor: false, timeoutMs: 0 } as const
  const requested = { ...fixed, ...noTaskOptions, agentId: 'a', app: 'b', param: inlineValue(param), idempotencyKey: null, requestHash: 'hash' }
  const more = { costMs: 1, truncated: false, byteCount: 2, sha256: null, altered: false, printed, exit: null }
  const output = { workerFlag: 1, message: inlineValue('ok'), ...more }
  const ended = { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1, output, isLate: false }
  const events = [
    { id: randomUUID(), event: { type: 'TaskRequested', data: requested }, context },
    { id: randomUUID(), event: { type: 'TaskSucceeded', data: ended }, context },
  ] as const
  await database.store.append([{ stream: taskStream(id), expectedVersion: -1, events }])
}

const tables = () => boundQueries(logTree.queries, database.pool, 'elves')

/** Keeps the tree until a head covers all that there is. */
async function keepTree(): Promise<void> {
  const { pool, store } = database
  const signer = await auditKey(join(folder, 'audit-key'), silentLogger)
  await writeFile(join(folder, 'trusted'), `${signer.publicKey}\n`)
  const places = headPlaces({ pool, schema: 'elves', file: join(folder, 'heads'), url: '', timeoutMs: 1_000, logger: silentLogger })
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
  const events = await allEvents(store)
  const logId = (await store.head()).slice(0, 8)
  const listening = new AbortController()
  const observing = (async () => {
    for await (const batch of store.subscribe({ after: null, signal: listening.signal })) keeper.observe(batch.events)
  })()
  await waitFor(async () => (await tables().lastHead(logId, null))?.size === events.length, { what: 'a head of all events' })
  listening.abort()
  await Promise.all([observing, held.stop()])
}

async function exported(to: Bound | null = null): Promise<readonly ExportRecord[]> {
  const records: ExportRecord[] = []
  for await (const some of exportLog(tables(), database.store, { from: null, to })) records.push(...some)
  return records
}

/** Returns what both verifiers say, which is the same. */
async function said(records: readonly ExportRecord[], isCsv = false): Promise<string> {
  const file = join(folder, `${files++}`)
  await writeFile(file, isCsv ? [csvHead, ...records.map(csvRow), ''].join('\n') : records.map((record) => `${ndjsonLine(record)}\n`).join(''))
  const key = join(folder, 'trusted')
  const verdict = await verifyFile({ file, keys: [key], heads: [] })
  const output = auditReport(verdict)
  const byPython = await new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    execFile('python3', ['-B', script, file, '--key', key], (error, stdout) => resolve({ code: Number(error?.code ?? 0), output: stdout }))
  })
  expect(byPython).toEqual({ code: verdict.findings.length > 0 ? 1 : 0, output })
  return output
}

const valuesOf = (records: readonly ExportRecord[]) => records.flatMap((record) => ('value' in record ? [record.value] : []))
const edited = (edit: (value: LeafValue, nth: number) => LeafValue) => {
  let nth = 0
  return honest.map((record) => ('value' in record ? { value: edit(record.value, nth++) } : record))
}

test('an export says what was aged out, when, by which rule and by which event, and its proof holds', async () => {
  const telling = (await allEvents(database.store)).find(({ event }) => event.type === 'ValuesAgedOut')
  const aged = { event: telling?.id, at: telling?.recordedAt, rule }
  expect(valuesOf(honest).map(({ text, aged }) => [text, aged])).toEqual([
    [null, aged],
    [null, aged],
    [large('c'), undefined],
    [null, null],
  ])
  expect(honest.filter((record) => 'ageing' in record)).toMatchObject([{ ageing: { index: 2 } }])
  expect(await said(honest)).toMatch(/^OK: events 0 to 4 /)
  expect(await said(honest, true)).toMatch(/^OK: events 0 to 4 /)
})

test('a part of the log that ends before the event that says so is proven, too', async () => {
  const first = (await allEvents(database.store))[0]?.position ?? ''
  const part = await exported({ position: first })
  expect(valuesOf(part).map(({ text }) => text)).toEqual([null])
  expect(await said(part)).toMatch(/^OK: events 0 to 0 /)
})

test.each<readonly [string, () => readonly ExportRecord[], RegExp]>([
  [
    'a text is withheld without a word',
    () => edited((value, nth) => (nth === 2 ? { sha256: value.sha256, text: null } : value)),
    /^CHANGED 3: a large text of it is not here, and no event is named by which it was aged out/,
  ],
  [
    'a text is withheld that is younger than what went',
    () => edited((value, nth) => (nth === 2 ? { sha256: value.sha256, text: null, aged: valuesOf(honest)[0]?.aged ?? null } : value)),
    /^CHANGED 0: a large text of it or of a later event was not aged out as the export says: position 3, ValuesAgedOut of ageing-values/,
  ],
  [
    'another rule is named',
    () => edited((value) => (value.aged ? { ...value, aged: { ...value.aged, rule: 'by request' } } : value)),
    /^CHANGED 0: a large text of it or of a later event was not aged out as the export says/,
  ],
  [
    'two times are named',
    () => edited((value, nth) => (value.aged && nth === 1 ? { ...value, aged: { ...value.aged, at: 1 } } : value)),
    /^CHANGED 1: a large text of it is said to be aged out otherwise than another by the same event/,
  ],
  [
    'the event that is named is not in the log',
    () => edited((value, nth) => (nth === 2 ? { sha256: value.sha256, text: null, aged: { event: randomUUID(), at: 1, rule } } : value)),
    /^NOT_COVERED 3: a large text of it is said to be aged out by event [0-9a-f-]{36}, which the head does not cover: export again/,
  ],
  [
    'the event that says so was changed',
    () =>
      honest.map((record) =>
        'ageing' in record ? { ageing: { ...record.ageing, event: record.ageing.event.replace(rule, 'by request') } } : record,
      ),
    /^FORGED 2: the log has no such event by which large texts were aged out/,
  ],
  [
    'another event of the log is shown in its place',
    () => {
      const [other] = honest.flatMap((record) => ('index' in record && record.index === 3 ? [record.event] : []))
      return honest.map((record) => ('ageing' in record ? { ageing: { ...record.ageing, event: other ?? '' } } : record))
    },
    /^FORGED 2: /,
  ],
  ['the event that says so is left out', () => honest.filter((record) => !('ageing' in record)), /^NOT_COVERED 0: /],
])('found by both verifiers: %s', async (_name, forged, expected) => {
  expect(await said(forged())).toMatch(expected)
})
