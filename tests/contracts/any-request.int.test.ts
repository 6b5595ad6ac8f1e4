import { TestAgent, testHello } from '@elves/command-service/tests/test-agent.ts'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { internalPaths } from '@elves/core/command-api/wire.ts'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { plain } from '@elves/core/eventing/testing/any-event.ts'
import { isDeeperThan, itemsOf, membersOf } from '@elves/core/foundation/json-text.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { verify } from '@elves/projection-service/verification.ts'
import type { Json } from '@elves/query-service/tests/edge.ts'
import { anyUtf16, anyValue } from '@elves/schemas/codec/any-value.ts'
import { decode, decodeAs, encode } from '@elves/schemas/codec/codec.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  type AnyRequest,
  anyRequest,
  byCommandApi,
  byGraphql,
  byRest,
  type Door,
  type DoorUrls,
  edgeToken,
  graphqlText,
  restRequest,
} from '../support/any-request.ts'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { testDatabase } from '../support/postgres.ts'
import { type StartedService, serviceProcess } from '../support/service-process.ts'
import { waitFor } from '../support/wait-for.ts'

const startLimitMs = 180_000
const ip = '10.1.2.3'
const shared = { ELVES_SERVICE_SECRET: 'secret', ELVES_JOIN_TOKEN: 'token', ELVES_KEYLESS_AGENTS: 'on', ELVES_AUTH_ID: 'id', ELVES_AUTH_KEY: 'key' }
let database: Awaited<ReturnType<typeof testDatabase>>
let command: StartedService
let edge: StartedService
let agent: WebSocket
let follower: WebSocket
const started: StartedService[] = []
/** The instructions that the agent got, by task id. */
const told = new Map<string, RunTask>()
/** The messages that a subscriber got, as text. */
const heard: string[] = []

beforeAll(async () => {
  database = await testDatabase()
  const start = async (entry: string, env: Record<string, string>) => {
    const service = await serviceProcess(entry, { ...shared, ELVES_DATABASE_URL: database.url, ...env })
    started.push(service)
    return service
  }
  command = await start('command-service/main.ts', { ELVES_COMMAND_PORT: '0' })
  const projection = start('projection-service/main.ts', { ELVES_PROJECTION_PORT: '0' })
  edge = await start('query-service/main.ts', { ELVES_HTTP_PORT: '0', ELVES_COMMAND_URL: command.url, ELVES_TOKEN: edgeToken })
  await projection
  await waitFor(async () => (await fetch(`${edge.url}/readyz`)).status === 200)
  agent = await gatewayAgent({ url: command.url, joinToken: 'token', ip })
  agent.on('message', (data: Buffer) => {
    for (const message of decodeAs('Frame', data).messages.map(decode)) if (message.name === 'RunTask') told.set(message.value.taskId, message.value)
  })
  follower = await following()
}, startLimitMs)
afterAll(async () => {
  agent?.terminate()
  follower?.terminate()
  await Promise.all(started.map((service) => service.stop()))
  await database.drop()
}, startLimitMs)

const urls = (): DoorUrls => ({ edge: edge.url, command: command.url, ip })

async function following(): Promise<WebSocket> {
  const socket = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${edgeToken}` } })))
  socket.on('message', (data) => {
    const message = String(data)
    heard.push(message)
    if (!message.includes('connection_ack')) return
    const query = 'subscription { taskChanged { task { id func param proxy } } }'
    socket.send(JSON.stringify({ id: 's', type: 'subscribe', payload: { query } }))
    // This is answered after the subscription, so the answer means that the subscription is open.
    socket.send(JSON.stringify({ id: 'q', type: 'subscribe', payload: { query: '{ platform { version } }' } }))
  })
  await waitFor(() => heard.some((message) => message.includes('"id":"q"')), { what: 'the subscription' })
  return socket
}

/** Returns a value in an answer as text, because parsing would change its numbers. */
function textAt(json: string, path: readonly (string | number)[]): string {
  let start = 0
  let end = json.length
  for (const step of path) {
    const span = typeof step === 'number' ? itemsOf(json, start)[step] : membersOf(json, [step], start).get(step)
    if (!span) throw new Error(`no ${path.join('.')} in ${json.slice(0, 300)}`)
    ;[start, end] = [span.start, span.end]
  }
  return json.slice(start, end)
}

/** Expects the same values everywhere, equal to the request. */
async function expectReadable(taskId: string, { func, param: text, proxy, key }: AnyRequest): Promise<void> {
  const instruction = await waitFor(() => told.get(taskId), { what: 'the instruction' })
  expect([instruction.func, instruction.param?.inline ?? null, instruction.proxy]).toEqual([func, text, proxy])
  const change = await waitFor(() => heard.find((message) => message.includes(taskId)), { what: 'the change' })
  const query = `query ($id: ID!, $s: [String!]) { task(id: $id) { func param proxy history { nodes { data } } }
    tasks(filter: { ids: [$id] }) { nodes { func param proxy } } events(filter: { streams: $s, types: ["TaskRequested"] }) { nodes { data } } }`
  const read = await waitFor(
    async () => {
      const answer = await graphqlText(urls(), query, JSON.stringify({ id: taskId, s: [`task-${taskId}`] }))
      expect(JSON.parse(answer).errors).toBeUndefined()
      // The fields of one request are read one after the other, so the task may enter the read models between two of them.
      const { task, tasks, events } = JSON.parse(answer).data
      return task && tasks.nodes[0] && events.nodes[0] ? answer : null
    },
    { what: 'the task in the read models' },
  )
  const shown = [
    [change, 'payload', 'data', 'taskChanged', 'task'],
    [read, 'data', 'task'],
    [read, 'data', 'tasks', 'nodes', 0],
  ] as const
  for (const [answer, ...path] of shown) {
    expect(JSON.parse(textAt(answer, [...path, 'func']))).toBe(func)
    expect(textAt(answer, [...path, 'param'])).toBe(text ?? 'null')
    expect(JSON.parse(textAt(answer, [...path, 'proxy']))).toBe(proxy)
  }
  const { data } = JSON.parse(read)
  for (const event of [data.task.history.nodes[0].data, data.events.nodes[0].data]) {
    expect([event.func, event.param?.inline ?? null, event.proxy]).toEqual([func, text, proxy])
    if (key !== null) expect(event.idempotencyKey).toBe(key)
  }
}

const refusals = /^(?:FUNC|PARAM|PROXY|TEXT|IDEMPOTENCY_KEY)_(?:INVALID|TOO_DEEP)$|^\[(?:403\.[27]|410\.1)\]/

/** How a door changes a request: GraphQL's null is no parameter, REST's blank counts as missing, and a URL has no lone surrogates. */
const doors: readonly [string, Door, (request: AnyRequest) => AnyRequest][] = [
  ['GraphQL', byGraphql, (request) => ({ ...request, param: request.param === 'null' ? null : request.param })],
  ['the command API', byCommandApi, (request) => request],
  ['REST v2', byRest, restRequest],
]

test.each(doors)('what %s takes reaches the agent as it was sent, and is readable at every other door', async (doorName, door, meant) => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(anyRequest, async (request) => {
      // With this param the body would not be JSON at all.
      if (doorName === 'GraphQL' && request.param === '{') return
      const outcome = await door(urls(), doorName === 'REST v2' ? restRequest(request) : request)
      const { func, param: text, proxy } = meant(request)
      if (!/^[0-9A-F]{16}$/.test(outcome)) {
        expect(outcome).toMatch(refusals)
        return
      }
      taken += 1
      expect([func, text ?? '', proxy ?? ''].every((one) => one.isWellFormed())).toBe(true)
      expect(isDeeperThan(text ?? '', taskLimits.paramDepth)).toBe(false)
      await expectReadable(outcome, meant(request))
    }),
    // Shrinking would need a wait for each try.
    { numRuns: doorName === 'REST v2' ? 20 : 40, endOnFailure: true },
  )
  expect(taken).toBeGreaterThan(3)
})

test('what an agent tells of itself is readable, whatever its texts', async () => {
  let number = 0
  await fc.assert(
    fc.asyncProperty(anyValue('AgentFactsReport', { text: anyUtf16 }), async ({ facts }) => {
      number += 1
      const hello = { joinToken: 'token', ip: `10.7.0.${number % 250}`, agentId: number.toString(16).padStart(32, 'f'), facts }
      // What the encoding leaves of the texts.
      const asHeard = decodeAs('AgentHello', encode('AgentHello', testHello(hello))).facts
      const joined = await TestAgent.join(`${command.url.replace('http', 'ws')}/gateway`, hello)
      const query = `query ($id: ID!) { agent(id: $id) { name version platform labels apps { name version isLocal } } }`
      await waitFor(async () => {
        const { data } = JSON.parse(await graphqlText(urls(), query, JSON.stringify({ id: hello.agentId })))
        expect(data.agent).toEqual(plain(asHeard))
        return true
      })
      joined.socket.close()
    }),
    { numRuns: 25 },
  )
})

test('and after all of it a replay comes to the same', async () => {
  const store = await postgresEventStore({ connectionString: database.url, logger: silentLogger })
  const { tables, isSame } = await verify({ store, connectionString: database.url }).finally(() => store.close())
  expect(tables.flatMap(({ differences }) => differences)).toEqual([])
  expect(isSame).toBe(true)
  expect(tables[0]?.rows).toBeGreaterThan(10)
})

test('a caller whose names no column can hold, and an id that is none, are refused as such', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' }
  const post = async (path: string, body: object) => {
    const response = await fetch(`${command.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, body: (await response.json()) as Json }
  }
  const caller = { actor: { kind: 'USER', id: 'u', name: null }, correlationId: 'c', metadata: {} }
  for (const wrong of [{ correlationId: 'a\0b' }, { actor: { kind: 'USER', id: '\ud83d', name: null } }, { metadata: { 'a\0': 'x' } }]) {
    const { status, body } = await post(runTask.path, { caller: { ...caller, ...wrong }, requests: [] })
    expect([status, body.error.code]).toEqual([400, 'BAD_REQUEST'])
  }
  for (const id of ['a\0b', '\ud83d', '../x']) {
    const { body } = await post(internalPaths.waitTasks, { taskIds: [id] })
    expect(body.answers[0].refusal.code).toBe('TASK_UNKNOWN')
  }
})
