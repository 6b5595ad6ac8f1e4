import { agentId } from '@elves/command-service/tests/center.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { headersOf } from '../support/doors.ts'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { testDatabase } from '../support/postgres.ts'
import { type StartedService, serviceProcess } from '../support/service-process.ts'
import { signedQuery } from '../support/sign-v2.ts'
import { waitFor } from '../support/wait-for.ts'

const joinToken = 'token'
const [authId, authKey] = ['ops', 'testkey']
/** Long enough for five processes on a busy machine. */
const token = 'token-of-the-local-admin-of-the-tests'
const startLimitMs = 180_000
let database: Awaited<ReturnType<typeof testDatabase>>
const started: StartedService[] = []
let command: StartedService
let edges: [StartedService, StartedService]

async function start(entry: string, env: Record<string, string> = {}): Promise<StartedService> {
  const rest = { ELVES_AUTH_ID: authId, ELVES_AUTH_KEY: authKey }
  const shared = { ELVES_DATABASE_URL: database.url, ELVES_SERVICE_SECRET: 'secret', ELVES_JOIN_TOKEN: joinToken, ...rest }
  const service = await serviceProcess(entry, { ...shared, ...env })
  started.push(service)
  return service
}

beforeAll(async () => {
  database = await testDatabase()
  command = await start('command-service/main.ts', { ELVES_COMMAND_PORT: '0' })
  const edge = () => start('query-service/main.ts', { ELVES_HTTP_PORT: '0', ELVES_COMMAND_URL: command.url, ELVES_TOKEN: token })
  const [projection, one, other] = [start('projection-service/main.ts', { ELVES_PROJECTION_PORT: '0' }), edge(), edge()]
  edges = [await one, await other]
  await projection
  for (const { url } of edges) await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200)
}, startLimitMs)
afterAll(async () => {
  await Promise.all(started.map((service) => service.stop()))
  await database.drop()
}, startLimitMs)

async function ask<Data>(
  { url }: StartedService,
  query: string,
  variables: object = {},
): Promise<{ data: Data | null; errors?: { extensions: { code: string } }[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: headersOf({ token }),
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as { data: Data | null; errors?: { extensions: { code: string } }[] }
}

it('reads its own writes across processes, also at an instance that did not write them', async () => {
  const agent = await gatewayAgent({ url: command.url, joinToken, ip: '10.1.2.3' })
  for (let run = 0; run < 5; run++) {
    const input = { agent: agentId, app: 'apptest', func: 'f', wait: true }
    const mutation = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } position refusal { code } } }'
    const { data } = await ask<{ runTask: { task: { id: string }; position: string } }>(edges[run % 2] as StartedService, mutation, { input })
    const { task, position } = data?.runTask ?? { task: { id: '' }, position: '' }
    const query = 'query ($id: ID!, $position: Position) { task(id: $id, notBefore: $position) { state } }'
    const read = await ask<{ task: { state: string } }>(edges[(run + 1) % 2] as StartedService, query, { id: task.id, position })
    expect(read.data?.task).toEqual({ state: 'SUCCEEDED' })
  }
  agent.terminate()
})

it('tells the head of the log that others wrote to, and that it has been read', async () => {
  const heads = await Promise.all(
    edges.map((edge) => ask<{ platform: { headPosition: string } }>(edge, '{ platform { headPosition projectors { name lag } } }')),
  )
  const [one, other] = heads.map(({ data }) => data?.platform.headPosition ?? '')
  expect(one).not.toBe('')
  expect(other).toBe(one)
  const query = 'query ($position: Position) { platform(notBefore: $position) { headPosition readPosition } }'
  const { data } = await ask<{ platform: { headPosition: string; readPosition: string } }>(edges[0], query, { position: one })
  expect((data?.platform.readPosition ?? '') >= (one ?? '')).toBe(true)
})

it('reads without command-service, but makes no head up and takes no task', async () => {
  await command.stop()
  const { data } = await ask<{ tasks: { nodes: unknown[] } }>(edges[0], '{ tasks { nodes { id } } platform { readPosition } }')
  expect(data?.tasks.nodes).toHaveLength(5)
  expect((await ask(edges[0], '{ platform { headPosition } }')).errors?.[0]?.extensions.code).toBe('COMMAND_SERVICE_UNAVAILABLE')
  expect((await fetch(`${edges[0].url}/readyz`)).status).toBe(200)
  expect(await (await fetch(`${edges[0].url}/metrics`)).text()).toMatch(/elves_command_instances\{state="away"\} 1/)
})

it('says over REST v2 that a stop could not be done: 412.3', async () => {
  const path = '/api/v2/queue/stop'
  const query = signedQuery({ path, parameters: { queue_id: '0'.repeat(16) }, key: authKey }, authId)
  const stopError = '{"flag":"false","error":"[412.3]Stop Task Error"}'
  expect(await (await fetch(`${edges[0].url}${path}?${query}`)).text()).toBe(stopError)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect(await (await fetch(`${edges[0].url}${path}`, { method: 'POST', headers: form, body: query })).text()).toBe(stopError)
})
