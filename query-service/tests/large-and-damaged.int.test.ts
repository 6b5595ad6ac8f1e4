import type { AddressInfo } from 'node:net'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import type { FastifyInstance } from 'fastify'
import { createClient } from 'graphql-ws'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { graphqlPath } from '../graphql/http-door.ts'
import { queryService } from '../query-service.ts'
import { agentId, type Json } from './edge.ts'
import { everybody } from './everybody.ts'

/** GraphQL over real tables with many rows, some of them damaged. */

const tasks = 150
const param = 'x'.repeat(60 * 1024)
let database: ReadModelDatabase
let server: FastifyInstance
let stop: () => Promise<void>
let ids: readonly string[]
let start: string
const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', metadata: {} } as const

beforeAll(async () => {
  database = await readModelDatabase()
  const commands = memoryCommandApi(database.store)
  await commands.addAgent(agentId, '10.0.0.1')
  const request = { agent: agentId, app: 'a', func: 'f', param: JSON.stringify(param), proxy: null, processor: false, timeoutMs: 0, wait: true }
  const requests = Array.from({ length: tasks }, (_, index) => ({ ...request, idempotencyKey: String(index) }))
  ids = (await commands.runTasks(caller, requests)).map(({ taskId }) => taskId ?? '')
  const events = await allEvents(database.store)
  start = `${events[0]?.position.slice(0, 9)}${'0'.repeat(16)}`
  await projectInto(database.pool, 'elves_read', [events])
  const readModels = await postgresReadModels({ connectionString: database.url, logger: silentLogger })
  const registry = new Registry()
  server = serviceServer({ logger: silentLogger, registry, allowedHosts: [], webSocketPaths: [graphqlPath], readiness: async () => {} })
  const service = await queryService({
    server,
    commandApi: commands,
    readModels,
    settings: readSettings({}),
    logger: silentLogger,
    registry,
    authenticator: everybody,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  stop = async () => {
    await service.stop()
    await server.close()
    await readModels.close()
  }
}, 60_000)

afterAll(async () => {
  await stop()
  await database.close()
})

async function ask(query: string, variables: object = {}): Promise<{ data: Json; errors?: Json; bytes: number }> {
  const answer = await server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost' }, payload: { query, variables } })
  return { ...answer.json(), bytes: answer.body.length }
}

test.each([
  ['tasks', 'id param', () => tasks],
  ['events', 'id data', () => 3 + 5 * tasks],
])('pages of %s end where they would get too large, and give everything', async (list, fields, count) => {
  const query = `query ($after: String) { list: ${list}(first: 500, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`
  const seen = new Set<string>()
  let pages = 0
  for (let after: string | null = null, more = true; more; pages++) {
    const { data, errors, bytes }: { data: Json; errors?: Json; bytes: number } = await ask(query, { after })
    expect(errors).toBeUndefined()
    expect(bytes).toBeLessThan(9 * 1024 ** 2)
    for (const { id } of data.list.nodes) seen.add(id)
    after = data.list.pageInfo.endCursor
    more = data.list.pageInfo.hasNextPage
  }
  expect(seen.size).toBe(count())
  expect(pages).toBeGreaterThan(1)
})

test('pages below a page end earlier too, and say so', async () => {
  const query = '{ tasks(first: 120) { nodes { id history { nodes { data } pageInfo { hasNextPage } } } } }'
  const { data, errors } = await ask(query)
  expect([errors, data.tasks.nodes.length]).toEqual([undefined, 120])
  const histories = data.tasks.nodes.map(({ history }: Json) => [history.nodes.length, history.pageInfo.hasNextPage])
  expect([histories[0], histories.at(-1)]).toEqual([
    [5, false],
    [0, true],
  ])
})

test('a value that many aliases ask for counts each time', async () => {
  const again = Array.from({ length: 6 }, (_, index) => `a${index}: param`).join(' ')
  expect((await ask(`{ tasks(first: 100) { nodes { ${again} } } }`)).errors[0].extensions.code).toBe('ANSWER_TOO_LARGE')
})

test('a row that can not be read is left out of its list and told, and the others come', async () => {
  const [damaged, other] = ids
  const before = await database.pool.query('select progress from elves_read.tasks where id = $1', [damaged])
  await database.pool.query(`update elves_read.tasks set progress = '{' where id = $1`, [damaged])
  const { data, errors } = await ask('query ($f: TaskFilter) { tasks(filter: $f) { nodes { id } pageInfo { hasNextPage } } }', {
    f: { ids: [damaged, other] },
  })
  expect(data.tasks).toEqual({ nodes: [{ id: other }], pageInfo: { hasNextPage: false } })
  expect(errors).toMatchObject([{ path: ['tasks'], extensions: { code: 'ROW_UNREADABLE', list: 'tasks' } }])
  const alone = await ask('query ($id: ID!) { task(id: $id) { id } platform { version } }', { id: damaged })
  expect([alone.data.task, alone.data.platform.version, alone.errors[0].extensions.code]).toEqual([null, release, 'ROW_UNREADABLE'])
  // The damaged row is the only one of its page; paging goes on after it.
  const page = 'query ($after: String) { tasks(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }'
  const beforeIt = await ask('query ($n: Int!) { tasks(first: $n) { pageInfo { endCursor } } }', { n: 10 })
  expect((await ask(page, { after: beforeIt.data.tasks.pageInfo.endCursor })).data.tasks.nodes).toHaveLength(1)
  await database.pool.query('update elves_read.tasks set progress = $2 where id = $1', [damaged, before.rows[0]?.progress])
})

test('agents that can not be read are told where tasks name them', async () => {
  await database.pool.query(`update elves_read.agents set facts = '{' where id = $1`, [agentId])
  const list = await ask('{ agents { nodes { id } } }')
  expect([list.data.agents.nodes, list.errors[0].extensions.code]).toEqual([[], 'ROW_UNREADABLE'])
  const { data, errors } = await ask('{ tasks(first: 2) { nodes { state agent { ip } } } }')
  expect(data.tasks.nodes).toEqual(Array(2).fill({ state: 'SUCCEEDED', agent: null }))
  expect(errors.map(({ path, extensions }: Json) => [path.join('.'), extensions.code])).toEqual([
    ['tasks.nodes.0.agent', 'ROW_UNREADABLE'],
    ['tasks.nodes.1.agent', 'ROW_UNREADABLE'],
  ])
})

test('an event that can not be read ends no list and no subscription', async () => {
  const [damaged, other] = ids
  // The table refuses changes of events, so the guard is put aside.
  const update = `update elves.events set data = '\\x00' where stream_id = 'task-${damaged}' and stream_version = 1`
  await database.pool.query(`set session_replication_role = replica; ${update}; set session_replication_role = origin`)
  const list = await ask('query ($f: EventFilter) { events(filter: $f) { nodes { version } } }', { f: { streams: [`task-${damaged}`] } })
  expect(list.data.events.nodes.map(({ version }: Json) => version)).toEqual([4, 3, 2, 0])
  expect(list.errors[0].extensions.code).toBe('EVENT_UNREADABLE')
  const appended = await followed(`subscription ($after: Position) { eventAppended(after: $after) { stream version } }`, 3 + 5 * tasks)
  expect(appended.errors).toMatchObject([
    { path: ['eventAppended'], extensions: { code: 'EVENT_UNREADABLE', stream: `task-${damaged}`, version: 1 } },
  ])
  expect(appended.data).toHaveLength(2 + 5 * tasks)
  // From its second event on, the damaged task can't be shown; the other tasks can.
  const changed = await followed('subscription ($after: Position) { taskChanged(after: $after) { task { id } } }', 5 * tasks)
  expect(changed.errors).toHaveLength(4)
  expect(changed.data.filter(({ taskChanged }) => taskChanged.task.id === other)).toHaveLength(5)
})

/** Collects `count` messages of a subscription from the beginning of the log. */
async function followed(query: string, count: number): Promise<{ data: Json[]; errors: Json[] }> {
  const url = `ws://127.0.0.1:${(server.server.address() as AddressInfo).port}/graphql`
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 })
  const data: Json[] = []
  const errors: Json[] = []
  let messages = 0
  client.subscribe<Json>(
    { query, variables: { after: start } },
    {
      next: (message) => {
        messages++
        if (message.data) data.push(message.data)
        errors.push(...(message.errors ?? []))
      },
      error: (error) => errors.push(error),
      complete: () => {},
    },
  )
  try {
    await waitFor(() => messages >= count)
  } finally {
    await client.dispose()
  }
  return { data, errors }
}
