import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ExportRecord, exportFormat, ndjsonLine } from '@elves/core/audit/export-records.ts'
import { GrowingTree } from '@elves/core/audit/growing-tree.ts'
import { signHead } from '@elves/core/audit/head.ts'
import { leafText } from '@elves/core/audit/leaf.ts'
import { logLeafHash, TreeEdge } from '@elves/core/audit/tree.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { NewEvent, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { migrateEventing } from '@elves/core/eventing/postgres/eventing-schema.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import { auditReport, verifyFile } from '@elves/standalone/audit/verify-report.ts'
import type { Bench, Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { treeCpuMs } from '../process-usage.ts'

const appended = 20_000
/** Appends that wait for one another. */
const appendsAlone = 2_000
const eventsPerAppend = 2
const streamsAtOnce = 128
const exported = 1_000_000

/**
 * CPU of our process for the tree, an event, beside that of ours and of Postgres for appending it, two events an append: one append after the
 * other, as a task alone makes them, and 128 at once, which is the cheapest. Their ratio is what proofs cost. And the seconds in which each
 * verifier goes through an export of a million events.
 */
export const auditRow: Row = {
  names: ['log-tree-cpu-per-event', 'log-tree-cpu-per-event-at-once', 'audit-verify-million', 'audit-verify-million-python'],
  async measure({ center, runs, progress }) {
    const [tree, alone, atOnce]: [number[], number[], number[]] = [[], [], []]
    for (let run = 0; run < runs; run++) {
      progress(`the tree over the log, run ${run + 1} of ${runs}`)
      const measured = await treeAndAppend(center)
      tree.push(measured.tree)
      alone.push(measured.alone)
      atOnce.push(measured.atOnce)
    }
    const folder = await mkdtemp(join(tmpdir(), 'elves-bench-audit-'))
    try {
      progress('writing an export of a million events')
      await writeExport(folder)
      progress('verifying it')
      const node = await secondsOf(() => verifyWithNode(folder))
      const python = await secondsOf(() => verifyWithPython(folder))
      return [
        figure('log-tree-cpu-per-event', 'µs', tree, alone),
        figure('log-tree-cpu-per-event-at-once', 'µs', tree, atOnce),
        figure('audit-verify-million', 's', [node], []),
        figure('audit-verify-million-python', 's', [python], []),
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: randomUUID(), causationId: null, metadata: {} } as const

function taskEvents(): readonly NewEvent[] {
  const fixed = { kind: 'INSTANT', agentIp: '10.0.0.1', func: 'helloword', proxy: null, processor: false, timeoutMs: 90_000 } as const
  const param = inlineValue('{"name":"bench"}')
  const request = { ...fixed, ...noTaskOptions, agentId: 'a'.repeat(32), app: 'apptest', param, idempotencyKey: null, requestHash: 'f'.repeat(64) }
  const started = { agentId: 'a'.repeat(32), app: 'apptest', attempt: 1, happenedAt: 1_800_000_000_000 }
  return [
    { id: randomUUID(), event: { type: 'TaskRequested', data: request }, context },
    { id: randomUUID(), event: { type: 'TaskStarted', data: started }, context },
  ]
}

/** Returns µs of CPU an event. Uses a database of its own. */
async function treeAndAppend(center: Bench['center']): Promise<{ tree: number; alone: number; atOnce: number }> {
  const name = `bench_${randomUUID().slice(0, 8)}`
  await center.database.query(`create database ${name}`)
  const url = new URL(center.databaseUrl)
  url.pathname = `/${name}`
  const pool = databasePool(url.href, 2, silentLogger)
  await migrateEventing(pool)
  const store = await postgresEventStore({ connectionString: url.href, logger: silentLogger })
  try {
    const events: RecordedEvent[] = []
    const append = async (count: number) => {
      const appends = Array.from({ length: count }, () => ({
        stream: taskStream(randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()),
        expectedVersion: -1,
        events: taskEvents(),
      }))
      const results = await Promise.all(appends.map((one) => store.append([one])))
      for (const [result] of results) if (result?.ok) events.push(...result.recorded)
    }
    const postgres = center.pids.postgres ?? 0
    const alone = await cpuOf(postgres, async () => {
      for (let done = 0; done < appendsAlone; done++) await append(1)
    })
    const before = events.length
    const atOnce = await cpuOf(postgres, async () => {
      while (events.length - before < appended) await append(streamsAtOnce)
    })
    const logId = (await store.head()).slice(0, 8)
    const growing = await GrowingTree.load({ logId, size: 0, lastSequence: 0 }, async () => null)
    const tree = await cpuOf(null, async () => {
      for (const event of events) growing.add(event)
      growing.takeChanged()
      growing.rootHash()
    })
    return { tree: tree / events.length, alone: alone / before, atOnce: atOnce / (events.length - before) }
  } finally {
    await store.close()
    await pool.end()
    await center.database.query(`drop database ${name} with (force)`)
  }
}

/** Returns µs of CPU of this process, and of a server with its children. */
async function cpuOf(server: number | null, work: () => Promise<void>): Promise<number> {
  const ofServer = async () => (server === null ? 0 : (await treeCpuMs(server)) * 1000)
  const [before, serverBefore] = [process.cpuUsage(), await ofServer()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system + (await ofServer()) - serverBefore
}

/** An export of events of tasks, each with an id, stream and position of its own. */
async function writeExport(folder: string): Promise<void> {
  const signer = signerOf(newPrivateKey())
  await writeFile(join(folder, 'key'), `${signer.publicKey}\n`)
  const logId = '00000000'
  function* lines(): Generator<string> {
    const line = (record: ExportRecord) => `${ndjsonLine(record)}\n`
    const edge = new TreeEdge()
    yield line({ export: { format: exportFormat, logId, first: 0, next: exported, left: [] } })
    for (let index = 0; index < exported; index += eventsPerAppend) {
      const stream = taskStream(index.toString(16).padStart(16, '0').toUpperCase())
      for (const [version, event] of taskEvents().entries()) {
        const position = formatPosition(logId, index + version + 1)
        const text = leafText({ ...event, stream, version, position, recordedAt: 1_800_000_000_000 + index })
        const leaf = logLeafHash(text)
        edge.add(leaf)
        yield line({ index: index + version, leaf: leaf.toString('hex'), treeId: event.id.slice(0, 8), event: text })
      }
    }
    const head = signHead(signer, { logId, size: exported, rootHash: edge.root().toString('hex'), signedAt: Date.now() })
    yield line({ closingHead: { ...head, publicKey: signer.publicKey, right: [] } })
    yield line({ end: { events: exported, position: formatPosition(logId, exported) } })
  }
  await pipeline(Readable.from(lines(), { objectMode: false }), createWriteStream(join(folder, 'export')))
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

async function verifyWithNode(folder: string): Promise<void> {
  const verdict = await verifyFile({ file: join(folder, 'export'), keys: [join(folder, 'key')], heads: [] })
  if (verdict.findings.length > 0) throw new Error(auditReport(verdict))
}

async function verifyWithPython(folder: string): Promise<void> {
  const script = join(import.meta.dirname, '../../tools/audit/verify.py')
  const child = spawn('python3', ['-B', script, join(folder, 'export'), '--key', join(folder, 'key')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`verify.py ended with ${code}`)
}
