import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { failedOutput, inlineValue } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import { anyServer, type ProcessorServer, processorServer } from '@elves/tests/support/processor-server.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileJournal } from '../journal/file-journal.ts'
import type { AttemptEnd, Journal } from '../journal/journal.ts'
import type { NewReport } from '../link/report-outbox.ts'
import type { ProcessorSetting } from '../runner/app-manifest.ts'
import { callProcessor } from './call-processor.ts'
import { Processing } from './processing.ts'

type Told = Extract<NewReport, { name: 'AttemptProcessing' }>['value']

let folder: string
let server: ProcessorServer
let told: Told[]
let now: number
/** What appcfg.json says, by app. */
let apps: Map<string, ProcessorSetting | string | null>
let running: { journal: Journal; processing: Processing }[]
let toStop: { stop(): Promise<void> }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-processing-'))
  server = await processorServer()
  told = []
  now = 1_000
  apps = new Map([['app', at(server.port)]])
  running = []
  toStop = [server]
})
afterEach(async () => {
  for (const one of running) await stop(one)
  for (const one of toStop) await one.stop()
  await rm(folder, { recursive: true, force: true })
})

const at = (port: number, timeoutMs = 0): ProcessorSetting => ({ host: '127.0.0.1', port, timeoutMs })
const limits = { waiting: 3, giveUpMs: 100_000, timeoutMs: 5_000 }

async function start(): Promise<{ journal: Journal; processing: Processing }> {
  const journal = await fileJournal({ path: join(folder, 'journal'), taskMarginMs: 1000, logger: silentLogger })
  const report = (one: NewReport) => {
    if (one.name === 'AttemptProcessing') told.push(one.value)
  }
  const runner = { processorOf: (app: string) => apps.get(app) ?? null }
  const clock = { now: () => now, isSynchronized: () => true }
  const pauseMs = { first: 1, longest: 4 }
  const processing = new Processing({
    journal,
    runner,
    call: callProcessor,
    link: { report },
    clock,
    ip: '10.0.0.1',
    limits,
    logger: silentLogger,
    pauseMs,
  })
  const one = { journal, processing }
  running.push(one)
  return one
}

async function stop(one: { journal: Journal; processing: Processing }): Promise<void> {
  if (!running.includes(one)) return
  running = running.filter((other) => other !== one)
  await one.processing.stop()
  await one.journal.close()
}

function task(taskId: string, change: Partial<RunTask> = {}): RunTask {
  const fixed = { attempt: 1, journalId: 'j', kind: 'QUEUE', app: 'app', func: 'f', proxy: null, processor: true, retriedOn: [] } as const
  return {
    ...noSecrets,
    ...fixed,
    taskId,
    param: inlineValue('{"a":1}'),
    timeoutMs: 1_500,
    notAfter: 5000,
    correlationId: 'c',
    metadata: {},
    ...change,
  }
}

function end(taskId: string, outcome: AttemptEnd['outcome'] = 'SUCCEEDED'): AttemptEnd {
  const output = { ...failedOutput('hi', 8), workerFlag: 1 }
  return { taskId, attempt: 1, happenedAt: now, outcome, failure: null, output, killed: null, processing: true }
}

/** As the engine does at the end of an attempt. */
async function ended({ journal, processing }: { journal: Journal; processing: Processing }, of: RunTask, how = end(of.taskId)): Promise<void> {
  const noted = processing.forEnd(of, how)
  await journal.end(how, of.notAfter, noted)
  if (noted) processing.begin(of.taskId, of.attempt)
}

const outcomes = (taskId: string) => told.filter((one) => one.taskId === taskId && one.state !== 'PENDING')
const outcome = (taskId: string) => waitFor(() => outcomes(taskId)[0], { what: `the outcome of ${taskId}` })

test('hands a result to the processor of its app, and forgets it when its outcome has a receipt', async () => {
  const one = await start()
  await ended(one, task('A'))
  expect(await outcome('A')).toMatchObject({ state: 'DELIVERED', calls: 1, answer: 'taken', error: null })
  const ins = { id: 'A', ip: '10.0.0.1', type: 'queue', mode: 'P', app: 'app', func: 'f', param: '{"a":1}', timeout: 2, proxy: '' }
  expect(server.results).toMatchObject([{ ins, flag: 1, costtime: 8, result: 'hi' }])
  one.processing.onReceipted(told.map((value) => ({ name: 'AttemptProcessing', value })))
  expect(one.journal.processing()).toEqual([])
  await stop(one)
  expect((await start()).journal.processing()).toEqual([])
})

test('calls again until the processor is there, and tells of the calls 1, 2, 4 and so on that failed', async () => {
  await server.stop()
  const one = await start()
  await ended(one, task('A'))
  await waitFor(() => told.some(({ calls }) => calls === 4))
  toStop.push(await processorServer(server.port))
  const { calls, state } = await outcome('A')
  expect(state).toBe('DELIVERED')
  expect(calls).toBeGreaterThan(4)
  const failed = told.filter((value) => value.state === 'PENDING')
  expect(failed.map((value) => Math.log2(value.calls))).toEqual(failed.map((_, index) => index))
  expect(failed[0]?.error).toBe(`connect ECONNREFUSED 127.0.0.1:${server.port}`)
})

test('goes on after the death of the agent, with what waited and with what was on its way', async () => {
  const hanging = await anyServer(() => undefined)
  toStop.push(hanging)
  apps.set('app', at(hanging.port))
  const before = await start()
  await ended(before, task('A'))
  await ended(before, task('B', { param: null }))
  // A kill leaves the file as it is now.
  await before.journal.close()
  apps.set('app', at(server.port))
  const after = await start()
  after.processing.recover()
  expect(await outcome('A')).toMatchObject({ state: 'DELIVERED' })
  expect(await outcome('B')).toMatchObject({ state: 'DELIVERED' })
  expect(server.results.map(({ ins }) => ins.id).sort()).toEqual(['A', 'B'])
  running = running.filter((other) => other !== before)
  await before.processing.stop().catch(() => undefined)
})

test('tells an outcome again after a restart until it has a receipt, without another call', async () => {
  const before = await start()
  await ended(before, task('A'))
  const first = await outcome('A')
  await stop(before)
  told = []
  const after = await start()
  after.processing.recover()
  expect(await outcome('A')).toEqual(first)
  expect(server.results).toHaveLength(1)
})

test('hands on the result of a run that was dropped meanwhile, over a restart too, and tells nobody of it', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<string>()
  server.answer = ({ ins }) => (ins.id === 'A' && server.results.length === 1 ? answered : Promise.reject(new Error('not now')))
  const before = await start()
  for (const id of ['A', 'B']) {
    await before.journal.fire(task(id, { kind: 'AGENT_CRON' }), { id: 'c', fireAt: 2 }, 1, 2)
    await ended(before, task(id))
    await waitFor(() => server.results.some(({ ins }) => ins.id === id))
    await before.journal.drop(id, 1, 1)
  }
  answer('taken')
  await waitFor(() => !before.journal.findProcessing('A', 1))
  await stop(before)
  told = []
  server.answer = () => 'taken'
  const after = await start()
  after.processing.recover()
  await waitFor(() => after.journal.processing().length === 0)
  // A report of an outcome would be made after it is durable.
  await ended(after, task('C'))
  await outcome('C')
  expect(told.map(({ taskId }) => taskId)).toEqual(['C'])
  await stop(after)
  expect((await start()).journal.processing().map(({ taskId }) => taskId)).toEqual(['C'])
})

test('gives up when the time is over, once', async () => {
  server.answer = () => Promise.reject(new Error('never'))
  const one = await start()
  await ended(one, task('A'))
  await waitFor(() => told.some(({ calls }) => calls === 2))
  now += limits.giveUpMs
  const failed = await outcome('A')
  expect(failed).toMatchObject({ state: 'FAILED', answer: null, error: `gave up after ${failed.calls} calls: the processor threw: never` })
  const calls = server.results.length
  await ended(one, task('B'))
  await waitFor(() => server.results.length > calls + 1)
  expect(server.results.filter(({ ins }) => ins.id === 'A')).toHaveLength(calls)
  expect(outcomes('A')).toHaveLength(1)
})

test('an app whose processor hangs delays no other app, and takes no more than its own places', async () => {
  const hanging = await anyServer(() => undefined)
  toStop.push(hanging)
  apps.set('stuck', at(hanging.port))
  const one = await start()
  for (const id of ['S1', 'S2', 'S3']) await ended(one, task(id, { app: 'stuck' }))
  await ended(one, task('S4', { app: 'stuck' }))
  expect(await outcome('S4')).toMatchObject({
    state: 'FAILED',
    calls: 0,
    error: 'more results wait for the processor of stuck than may wait on this agent (3)',
  })
  for (const id of ['A', 'B', 'C', 'D']) {
    await ended(one, task(id))
    expect(await outcome(id)).toMatchObject({ state: 'DELIVERED' })
  }
  expect(outcomes('S1')).toEqual([])
})

test('reads the address anew before each call', async () => {
  apps.set('app', 'Processor.Port of appcfg.json is not a port')
  const one = await start()
  await ended(one, task('A'))
  await waitFor(() => told.some(({ error }) => error === 'Processor.Port of appcfg.json is not a port'))
  apps.set('app', null)
  await waitFor(() => told.some(({ error }) => error === 'the app names no processor any more in its appcfg.json'))
  apps.set('app', at(server.port))
  expect(await outcome('A')).toMatchObject({ state: 'DELIVERED' })
})

test.each<[string, Partial<RunTask>, AttemptEnd['outcome']]>([
  ['a task that is not in mode P', { processor: false }, 'SUCCEEDED'],
  ['an app without a processor', { app: 'other' }, 'SUCCEEDED'],
  ['a cancelled run', {}, 'CANCELLED'],
  ['an end that another attempt follows', { retriedOn: ['FAILED', 'LOST'] }, 'FAILED'],
])('notes nothing for %s', async (_, change, how) => {
  const { processing } = await start()
  expect(processing.forEnd(task('A', change), end('A', how))).toBeNull()
})

test.each<AttemptEnd['outcome']>(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'REJECTED'])('hands on a result that is %s', async (how) => {
  const one = await start()
  await ended(one, task('A', { retriedOn: ['LOST'] }), end('A', how))
  expect(await outcome('A')).toMatchObject({ state: 'DELIVERED' })
})
