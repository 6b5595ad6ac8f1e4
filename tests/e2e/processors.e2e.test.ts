import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { type ProcessorServer, processorServer } from '../support/processor-server.ts'
import { waitFor } from '../support/wait-for.ts'

/** Mode P on the whole platform: results go to the Thrift processor of their app. A container can't reach the test's own server. */

const isHere = testedRunner !== null
let platform: TestPlatform
let server: ProcessorServer

beforeAll(async () => {
  if (!isHere) return
  server = await processorServer()
  platform = await sharedPlatform()
  await installApp('accounts', { Processor: { Addr: '127.0.0.1', Port: server.port, Timeout: 0 } })
  await installApp('plain', {})
})

afterAll(async () => {
  await platform?.dispose()
  await server?.stop()
})

/** An app that says what it was asked. */
async function installApp(name: string, config: object): Promise<void> {
  const app = join(platform.dataDir, 'apps', name)
  await mkdir(app, { recursive: true })
  const worker = [
    'import sys, base64',
    'param = base64.b64decode(sys.argv[3]).decode() if len(sys.argv) > 3 else ""',
    'print("<ElvesWFlag>" + ("false" if sys.argv[2] == "no" else "true") + "</ElvesWFlag><ElvesWResult>" + sys.argv[2] + " " + param + "</ElvesWResult>")',
  ]
  await writeFile(join(app, 'app-worker.py'), worker.join('\n'))
  await writeFile(join(app, 'appcfg.json'), JSON.stringify({ Version: '1.0', ...config }))
}

interface Shown {
  readonly state: string
  readonly processing: { readonly state: string; readonly attempts: number; readonly lastError: string | null; readonly answer: string | null } | null
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

async function read(id: string): Promise<Shown> {
  const query = 'query ($id: ID!) { task(id: $id) { state processing { state attempts lastError answer } history { nodes { type } } } }'
  return (await platform.graphql<{ task: Shown }>(query, { id })).task
}

const eventually = (id: string, state: string): Promise<Shown> =>
  waitFor(
    async () => {
      const task = await read(id)
      return task?.processing?.state === state && task
    },
    { timeoutMs: 60_000, what: `the processing of ${id} as ${state}` },
  )

async function run(input: object): Promise<string> {
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string }; refusal: null } }>(
    'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } refusal { code message } } }',
    { input: { agent: '127.0.0.1', app: 'accounts', processor: true, ...input } },
  )
  expect(runTask.refusal).toBeNull()
  return runTask.task.id
}

const resultOf = (id: string) => server.results.find(({ ins }) => ins.id === id)

test.runIf(isHere)('an instant task hands its result to the processor, with all that the contract says', async () => {
  server.answer = ({ result }) => `noted: ${result}`
  const id = await run({ func: 'enter', param: { sum: 7 }, timeoutMs: 5_000 })
  const task = await eventually(id, 'DELIVERED')
  expect(task.processing).toEqual({ state: 'DELIVERED', attempts: 1, lastError: null, answer: 'noted: enter {"sum":7}' })
  const types = task.history.nodes.map(({ type }) => type)
  expect(types.slice(-3)).toEqual(['TaskSucceeded', 'TaskProcessingStarted', 'TaskProcessed'])
  const ins = { id, ip: '127.0.0.1', type: 'rt', mode: 'P', app: 'accounts', func: 'enter', param: '{"sum":7}', timeout: 5, proxy: '' }
  expect(resultOf(id)).toMatchObject({ ins, flag: 1, result: 'enter {"sum":7}' })
})

test.runIf(isHere)('what the worker refused, and what could not be run, goes there as 0 and -1', async () => {
  const no = await run({ func: 'no' })
  await eventually(no, 'DELIVERED')
  expect(resultOf(no)).toMatchObject({ flag: 0, result: 'no ' })
  const bad = await run({ func: 'enter', proxy: 'nothing.py' })
  expect((await eventually(bad, 'DELIVERED')).state).toBe('REJECTED')
  expect(resultOf(bad)?.flag).toBe(-1)
})

test.runIf(isHere)('tasks of queues and schedules hand over theirs, by GraphQL and by REST v2', async () => {
  const quick = await platform.rest('/api/v2/queue/qksqueue', { ip: '127.0.0.1', app: 'accounts', func: 'queued', mode: 'p' })
  expect(quick.flag).toBe('true')
  const { task_id: queued } = quick.result as { task_id: string }
  await eventually(queued, 'DELIVERED')
  expect(resultOf(queued)?.ins).toMatchObject({ type: 'queue', func: 'queued', mode: 'P' })

  const { createSchedule } = await platform.graphql<{ createSchedule: { schedule: { id: string; processor: boolean }; refusal: null } }>(
    'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id processor } refusal { code } } }',
    { input: { rule: '0 0 0 1 1 ? 2099', timeZone: 'UTC', agent: '127.0.0.1', app: 'accounts', func: 'due', processor: true } },
  )
  expect(createSchedule).toMatchObject({ schedule: { processor: true }, refusal: null })
  const { fireSchedule } = await platform.graphql<{ fireSchedule: { task: { id: string } } }>(
    'mutation ($id: ID!) { fireSchedule(input: { schedule: $id }) { task { id } } }',
    { id: createSchedule.schedule.id },
  )
  await eventually(fireSchedule.task.id, 'DELIVERED')
  expect(resultOf(fireSchedule.task.id)?.ins).toMatchObject({ type: 'cron', func: 'due' })

  const cron = await platform.rest('/api/v2/cron/add', { ip: '127.0.0.1', app: 'accounts', func: 'f', rule: '0 0 0 1 1 ? 2099', mode: 'P' })
  expect(cron.flag).toBe('true')
  const { id: cron_id } = cron.result as { id: string }
  const detail = await platform.rest('/api/v2/cron/detail', { cron_id })
  expect(detail.result).toMatchObject({ mode: 'P' })
})

test.runIf(isHere)('a processor that is down gets the result when it is back, also over a kill -9 of the agent', async () => {
  await server.stop()
  const id = await run({ func: 'later' })
  const waiting = await eventually(id, 'PENDING')
  expect(waiting.state).toBe('SUCCEEDED')
  await waitFor(async () => (await read(id)).processing?.lastError?.includes('ECONNREFUSED'), { timeoutMs: 30_000 })
  const killed = (await platform.readyNow())?.pids.agents[0]
  process.kill(killed ?? 0, 'SIGKILL')
  await waitFor(async () => (await platform.readyNow())?.pids.agents[0] !== killed, { timeoutMs: 60_000, what: 'the new agent' })
  server = await processorServer(server.port)
  const done = await eventually(id, 'DELIVERED')
  const outcomes = done.history.nodes.filter(({ type }) => type === 'TaskProcessed' || type === 'TaskProcessingFailed')
  expect(outcomes).toHaveLength(1)
  expect(server.results.map(({ ins }) => ins.id)).toContain(id)
})

test.runIf(isHere)('a processor that hangs delays neither the run nor its report, nor the next one', async () => {
  const { promise: never, resolve } = Promise.withResolvers<string>()
  server.answer = ({ ins }) => (ins.func === 'hang' ? never : 'taken')
  const hanging = await run({ func: 'hang' })
  expect(await read(hanging).then((task) => task?.processing?.state ?? 'PENDING')).toBe('PENDING')
  await eventually(await run({ func: 'next' }), 'DELIVERED')
  resolve('at last')
  expect((await eventually(hanging, 'DELIVERED')).processing?.answer).toBe('at last')
})

test.runIf(isHere)('without mode P, and without a processor in appcfg.json, nothing is called and nothing is pending', async () => {
  const calls = server.results.length
  for (const input of [
    { processor: false, func: 'quiet' },
    { app: 'plain', func: 'quiet' },
  ]) {
    const id = await run(input)
    await waitFor(async () => (await read(id))?.state === 'SUCCEEDED')
    expect((await read(id)).processing).toBeNull()
  }
  expect(server.results).toHaveLength(calls)
})
