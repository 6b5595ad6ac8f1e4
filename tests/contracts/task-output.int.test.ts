import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunTaskRequest, runOneTask } from '@elves/core/command-api/run-task.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { boundQueries } from '@elves/core/read-models/read-model.ts'
import { outputLog } from '@elves/core/read-models/tasks/output-log.ts'
import { graphqlPath } from '@elves/query-service/graphql/http-door.ts'
import { queryService } from '@elves/query-service/query-service.ts'
import { logOfStore } from '@elves/query-service/subscriptions/followed-log.ts'
import { everybody } from '@elves/query-service/tests/everybody.ts'
import type { FastifyInstance } from 'fastify'
import { type Client, createClient } from 'graphql-ws'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type EventingDatabase, eventingDatabase } from '../support/eventing-database.ts'
import { type LinkAgent, linkAgent } from '../support/link-agent.ts'
import { type LinkCenter, linkCenter } from '../support/link-center.ts'
import { memoryReadModels } from '../support/memory-read-models.ts'
import { waitFor } from '../support/wait-for.ts'

/** From the tap of a run on an agent over a gateway and the output log to GraphQL, with the real parts in between. */

const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c-1', metadata: {} } as const
let database: EventingDatabase
let center: LinkCenter
let agent: LinkAgent
let server: FastifyInstance
let client: Client
let folder: string
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await eventingDatabase()
  center = await linkCenter({ database, kafka: null })
  await center.start()
  const { store, service } = center
  folder = await mkdtemp(join(tmpdir(), 'elves-output-'))
  agent = await linkAgent({ agentId: randomAgentId(), ip: '10.1.2.3', dataDir: folder, way: async () => center.way() })
  const readModels = memoryReadModels(store, { 'output-log': boundQueries(outputLog.queries, database.pool, '') })
  const registry = new Registry()
  server = serviceServer({ logger: silentLogger, registry, allowedHosts: [], webSocketPaths: [graphqlPath], readiness: async () => {} })
  const openLog = async () => logOfStore(store)
  const edge = await queryService({
    server,
    commandApi: service.api,
    readModels,
    openLog,
    settings: readSettings({}),
    authenticator: everybody,
    logger: silentLogger,
    registry,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  client = createClient({
    url: `ws://127.0.0.1:${(server.server.address() as AddressInfo).port}${graphqlPath}`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  closing.push(
    async () => client.dispose(),
    () => edge.stop(),
    () => server.close(),
    () => readModels.close(),
  )
  await waitFor(() => agent.link.isUp, { what: 'the welcome' })
})

afterAll(async () => {
  for (const close of closing) await close()
  await agent?.stop()
  await center?.stop()
  await database?.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(func = 'long', changes: Partial<RunTaskRequest> = {}): Promise<string> {
  const request = { agent: agent.agentId, app: 'app', func, param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
  const { taskId } = await runOneTask(center.service.api, caller, { ...request, idempotencyKey: null, startWithinMs: 0, retry: null, ...changes })
  if (!taskId) throw new Error('no task')
  return taskId
}

const fields = 'attempt next isEnded bytes isCut cut altered chunks { stream offset bytes text }'

async function ask(task: string, more = ''): Promise<{ data: { taskOutput: Shown } | null; errors?: { extensions: { code: string } }[] }> {
  const query = `{ taskOutput(task: "${task}"${more}) { ${fields} } }`
  const answer = await server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost' }, payload: { query } })
  return answer.json()
}

const output = async (task: string, more = '') => (await ask(task, more)).data?.taskOutput

interface Shown {
  readonly attempt: number
  readonly next: number
  readonly isEnded: boolean
  readonly bytes: number
  readonly cut: string | null
  readonly chunks: readonly { readonly stream: string; readonly offset: number; readonly bytes: number; readonly text: string }[]
}

function follow(task: string, more = '') {
  const items: Shown[] = []
  const errors: unknown[] = []
  const followed = { items, errors, isComplete: false, stop: () => {} }
  followed.stop = client.subscribe<{ taskOutputAdded: Shown }>(
    { query: `subscription { taskOutputAdded(task: "${task}"${more}) { ${fields} } }` },
    {
      next: ({ data, errors: inner }) => {
        if (data) items.push(data.taskOutputAdded)
        errors.push(...(inner ?? []))
      },
      error: (error) => void errors.push(...[error].flat()),
      complete: () => {
        followed.isComplete = true
      },
    },
  )
  return followed
}

const textOf = (items: readonly Shown[]) => items.flatMap(({ chunks }) => chunks.map(({ text }) => text)).join('')

test('shows both streams in their order, and ends when all that is kept is there', async () => {
  const task = await start()
  await waitFor(() => agent.started().includes(task))
  const tap = agent.output.open({ taskId: task, attempt: 1 })
  tap.write('OUT', Buffer.from('hello '))
  tap.write('ERR', Buffer.from('wörld'))
  const running = await waitFor(async () => ((await output(task))?.next === 12 ? output(task) : null), { what: 'the output' })
  expect(running).toEqual({
    attempt: 1,
    next: 12,
    isEnded: false,
    bytes: 12,
    isCut: false,
    cut: null,
    altered: false,
    chunks: [
      { stream: 'OUT', offset: 0, bytes: 6, text: 'hello ' },
      { stream: 'ERR', offset: 6, bytes: 6, text: 'wörld' },
    ],
  })
  tap.end(true)
  await waitFor(async () => (await output(task))?.isEnded, { what: 'the end' })
  expect(await output(task, ', first: 6')).toMatchObject({ next: 6, isEnded: false, altered: true })
  expect(await output(task, ', from: 6, attempt: 1')).toMatchObject({ next: 12, isEnded: true, chunks: [{ text: 'wörld' }] })
})

test('a subscriber gets everything once, also one that was cut and resumes, and the subscription ends', async () => {
  const task = await start()
  await waitFor(() => agent.started().includes(task))
  const whole = follow(task)
  const tap = agent.output.open({ taskId: task, attempt: 1 })
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index} ${'x'.repeat(60)}\n`)
  for (const line of lines.slice(0, 1_000)) tap.write('OUT', Buffer.from(line))
  const cut = follow(task)
  await waitFor(() => cut.items.length > 0, { what: 'the first item' })
  cut.stop()
  for (const line of lines.slice(1_000)) tap.write('OUT', Buffer.from(line))
  tap.end(false)
  const resumed = follow(task, `, attempt: 1, from: ${cut.items.at(-1)?.next}`)
  await waitFor(() => whole.isComplete && resumed.isComplete, { what: 'the ends' })
  expect(textOf(whole.items)).toBe(lines.join(''))
  expect(textOf([...cut.items, ...resumed.items])).toBe(lines.join(''))
  expect(whole.items.filter(({ isEnded }) => isEnded)).toEqual([whole.items.at(-1)])
  expect([...whole.errors, ...resumed.errors]).toEqual([])
})

test('what is beyond the limit is counted, and a subscriber hears of the cut while the run goes on', async () => {
  const task = await start()
  await waitFor(() => agent.started().includes(task))
  const followed = follow(task)
  const tap = agent.output.open({ taskId: task, attempt: 1 })
  for (let i = 0; i < 40; i += 1) tap.write('OUT', Buffer.alloc(64 * 1024, 'x'))
  const last = await waitFor(() => followed.items.find(({ cut }) => cut === 'LIMIT'), { what: 'the cut' })
  expect(last.isEnded).toBe(false)
  tap.end(false)
  await waitFor(() => followed.isComplete, { what: 'the end' })
  expect(followed.items.at(-1)).toMatchObject({ isEnded: true, isCut: true, bytes: 40 * 64 * 1024, next: 1024 * 1024 })
})

test('an attempt that surely never ran has ended with nothing; one whose output is on its way has not', async () => {
  const refused = await start('x', { app: 'missing' })
  const done = await start('now')
  await waitFor(async () => (await output(refused))?.isEnded, { what: 'the end' })
  expect(await output(refused)).toMatchObject({ chunks: [], bytes: 0, isEnded: true, cut: null })
  const state = async () => (await center.store.readStream(`task-${done}`)).at(-1)?.event.type
  await waitFor(async () => (await state()) === 'TaskSucceeded')
  expect(await output(done)).toMatchObject({ chunks: [], isEnded: false })
})

test('the output of a run whose process ended before it sent any has ended once a later process is linked for long enough', async () => {
  const names = { agentId: randomAgentId(), ip: '10.1.2.4', dataDir: await mkdtemp(join(folder, 'gone-')) }
  const first = await linkAgent({ ...names, way: async () => center.way() })
  await waitFor(() => first.link.isUp, { what: 'the welcome' })
  const task = await start('now', { agent: names.agentId })
  await waitFor(() => first.receipted.some(({ name }) => name === 'AttemptEnded'), { what: 'the receipt' })
  await first.drop()
  const second = await linkAgent({ ...names, way: async () => center.way() })
  try {
    await waitFor(() => second.link.isUp, { what: 'the welcome of the second process' })
    const linked = async () => (await center.store.readStream(`agentlink-${names.agentId}`)).length
    await waitFor(async () => (await linked()) === 2, { what: 'its event' })
    expect(await output(task)).toMatchObject({ chunks: [], isEnded: false, cut: null })
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000)
    await waitFor(async () => (await output(task))?.isEnded, { what: 'the end' })
    expect(await output(task)).toMatchObject({ chunks: [], isEnded: true, cut: 'AGENT_GONE' })
  } finally {
    vi.restoreAllMocks()
    await second.drop()
  }
})

test.each([
  ['TASK_UNKNOWN', 'FFFFFFFFFFFFFFFF', ''],
  ['BAD_REQUEST', 'FFFFFFFFFFFFFFFF', ', from: -1'],
  ['BAD_REQUEST', 'FFFFFFFFFFFFFFFF', ', first: 0'],
  ['BAD_REQUEST', 'FFFFFFFFFFFFFFFF', ', first: 1048577'],
  ['BAD_REQUEST', 'FFFFFFFFFFFFFFFF', ', attempt: 0'],
])('answers %s for %s%s', async (code, task, more) => {
  expect((await ask(task, more)).errors?.[0]?.extensions.code).toBe(code)
  const followed = follow(task, more.includes('first') ? ', from: -1' : more)
  await waitFor(() => followed.errors.length > 0, { what: 'the error' })
})
