import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { Message } from '@elves/schemas/codec/codec.ts'
import type { ReportName } from '@elves/schemas/generated/catalog.ts'
import { embeddedPostgres } from '@elves/standalone/postgres/embedded-postgres.ts'
import { type Calls, countedProcess } from './counted-process.ts'
import { type HeldDatabase, heldDatabase } from './held-database.ts'

const joinToken = 'let-me-in'
const token = 'token-of-the-local-admin-of-the-walk'
const ip = '127.0.0.9'

/** The services of a checkout, each in a process of its own, on one Postgres; and an agent that does what it is told. */
export interface CountedCenter {
  /** The way of command-service to the database. */
  readonly database: Pick<HeldDatabase, 'hold'>
  /** What ran in query-service and command-service since the last call. */
  calls(): Promise<Calls>
  /** Runs a task of the agent; resolves with its state when its end is answered. */
  runTask(): Promise<string>
  /** Resolves with the id of the next task that the agent gets. */
  nextTask(): Promise<string>
  /** Sends reports of the agent in one frame, encoded before; resolves when their receipts are there. */
  report(reports: readonly Message<ReportName>[]): Promise<void>
  readonly reportsOf: ReportsOf
  stop(): Promise<void>
}

/** What the checkout's own tests have to speak for an agent. */
interface ReportsOf {
  acknowledged(taskId: string): Message<ReportName>
  started(taskId: string): Message<ReportName>
  ended(taskId: string): Message<ReportName>
}

export async function countedCenter(folder: string): Promise<CountedCenter> {
  const stack = new Stack(silentLogger)
  try {
    return await started(folder, stack)
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function started(folder: string, stack: Stack): Promise<CountedCenter> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-walks-'))
  stack.defer('folder', () => rm(dir, { recursive: true, force: true }))
  const postgres = await embeddedPostgres({ dir, logger: silentLogger })
  stack.use('Postgres', postgres)
  const database = await heldDatabase(postgres.url)
  stack.defer('way to Postgres', async () => database.stop())
  const env = {
    ELVES_SERVICE_SECRET: 'secret',
    ELVES_JOIN_TOKEN: joinToken,
    ELVES_AUTH_ID: '1',
    ELVES_AUTH_KEY: 'key',
    ELVES_DATABASE_URL: postgres.url,
  }
  const calm = { ELVES_PING_INTERVAL_MS: '60000', ELVES_AGENT_LOST_AFTER_MS: '600000' }
  const command = await countedProcess(folder, 'command-service/main.ts', {
    ...env,
    ...calm,
    ELVES_DATABASE_URL: database.url,
    ELVES_COMMAND_PORT: '0',
  })
  stack.use('command-service', command)
  const projection = await countedProcess(folder, 'projection-service/main.ts', { ...env, ELVES_PROJECTION_PORT: '0' })
  stack.use('projection-service', projection)
  const query = await countedProcess(folder, 'query-service/main.ts', {
    ...env,
    ELVES_HTTP_PORT: '0',
    ELVES_COMMAND_URL: command.url,
    ELVES_TOKEN: token,
  })
  stack.use('query-service', query)
  const agent = await agentOf(folder, command.url)
  stack.defer('agent', async () => agent.stop())
  return {
    database,
    calls: async () => new Map([...(await query.calls()), ...(await command.calls())].reduce(merged, new Map<string, ReadonlySet<string>>())),
    runTask: () => runTask(query.url),
    nextTask: agent.nextTask,
    report: agent.report,
    reportsOf: agent.reportsOf,
    stop: () => stack.stop(),
  }
}

/** A file that ran in both processes ran once: it is one file to read. */
function merged(all: Map<string, ReadonlySet<string>>, [file, functions]: [string, ReadonlySet<string>]): Map<string, ReadonlySet<string>> {
  return all.set(file, new Set([...(all.get(file) ?? []), ...functions]))
}

async function runTask(url: string): Promise<string> {
  const query = 'mutation Run($input: RunTaskInput!) { runTask(input: $input) { task { id state result { message } } position refusal { code } } }'
  const variables = { input: { agent: ip, app: 'apptest', func: 'hello', param: { a: 1 } } }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  const { data } = JSON.parse(text) as { data?: { runTask: { task: { state: string } | null } | null } | null }
  const state = data?.runTask?.task?.state
  if (state === undefined) throw new Error(`no task: ${text}`)
  return state
}

/** Connects an agent by what the checkout's own tests have for that. */
async function agentOf(folder: string, url: string) {
  const { gatewayAgent } = (await import(join(folder, 'tests/support/gateway-agent.ts'))) as typeof import('@elves/tests/support/gateway-agent.ts')
  const reportsOf = (await import(join(folder, 'command-service/tests/center.ts'))) as ReportsOf
  const { decode, decodeAs, encode } = (await import(join(folder, 'schemas/codec/codec.ts'))) as typeof import('@elves/schemas/codec/codec.ts')
  const socket = await gatewayAgent({ url, joinToken, ip, isSilent: true })
  let onTask: (taskId: string) => void = () => undefined
  let onReceipt: (ids: readonly number[]) => void = () => undefined
  socket.on('message', (data: Buffer) => {
    for (const bytes of decodeAs('Frame', data).messages) {
      const message = decode(bytes)
      if (message.name === 'RunTask') onTask(message.value.taskId)
      if (message.name === 'Receipt') onReceipt(message.value.reportIds)
    }
  })
  return {
    reportsOf,
    nextTask: () =>
      new Promise<string>((resolve) => {
        onTask = resolve
      }),
    report(reports: readonly Message<ReportName>[]): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const waiting = new Set(reports.map(({ value }) => value.reportId))
      onReceipt = (ids) => {
        for (const id of ids) waiting.delete(id)
        if (waiting.size === 0) resolve()
      }
      socket.send(encode('Frame', { messages: reports.map(({ name, value }) => encode(name, value)) }))
      return promise
    },
    stop: () => socket.terminate(),
  }
}
