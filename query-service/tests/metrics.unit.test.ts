import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Edge, edge } from './edge.ts'

let tested: Edge
beforeEach(async () => {
  tested = await edge()
})
afterEach(() => tested.stop())

async function shown(name: string): Promise<string[]> {
  return (await tested.registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'))
}

test('an operation is counted by its root field and code, whatever names a client gives', async () => {
  const before = (await shown('elves_graphql_requests_total')).length
  for (let name = 0; name < 50; name++) await tested.ask(`query Name${name} { alias${name}: tasks(first: 1) { nodes { id } } }`)
  await tested.ask(
    '{ ...Root } fragment Root on Query { one: tasks(first: 1) { nodes { id } } bad: tasks(first: 501) { nodes { id } } agents { nodes { id } } }',
  )
  await tested.ask('{ tasks(first: 501) { nodes { id } } }')
  await tested.ask('{ nothing }')
  await tested.ask('{ __typename }')
  const counts = await shown('elves_graphql_requests_total')
  // The two codes beside OK that they were answered with.
  expect(counts).toHaveLength(before + 2)
  expect(counts).toContain('elves_graphql_requests_total{operation="query.tasks",code="OK"} 50')
  expect(counts).toContain('elves_graphql_requests_total{operation="query.tasks",code="PAGE_TOO_LARGE"} 2')
  expect(counts).toContain('elves_graphql_requests_total{operation="query.agents",code="OK"} 1')
  expect(counts).toContain('elves_graphql_requests_total{operation="none",code="BAD_REQUEST"} 1')
  expect(counts).toContain('elves_graphql_requests_total{operation="query.introspection",code="OK"} 1')
  expect(await shown('elves_graphql_request_duration_seconds')).toContain('elves_graphql_request_duration_seconds_count{operation="query.tasks"} 52')
})

test('what is no operation at all is counted', async () => {
  const post = (payload: string, type = 'application/json') =>
    tested.server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost', 'content-type': type }, payload })
  await post('{')
  await post('{"query": 1}')
  expect(await shown('elves_graphql_requests_total')).toContain('elves_graphql_requests_total{operation="none",code="BAD_REQUEST"} 2')
  const counts = await shown('elves_http_requests_total')
  expect(counts.find((line) => line.includes('route="/graphql",status="4xx"'))).toMatch(/ [12]$/)
})

test('a refused command is counted by its code, each task of runTasks for itself', async () => {
  const input = (agent: string) => ({ agent, app: 'apptest', func: 'f' })
  await tested.ask('mutation($i: [RunTaskInput!]!) { runTasks(inputs: $i) { refusal { code } } }', { i: [input('10.0.0.1'), input('10.9.9.9')] })
  const counts = await shown('elves_commands_total')
  expect(counts).toContain('elves_commands_total{command="runTask",code="OK"} 1')
  expect(counts).toContain('elves_commands_total{command="runTask",code="AGENT_UNKNOWN"} 1')
  expect(counts).toContain('elves_commands_total{command="cancelTask",code="OK"} 0')
  expect(counts.join()).not.toContain('runTasks')
})

test('a call of REST v2 is counted by its endpoint and the code in its envelope', async () => {
  await tested.server.inject({ method: 'GET', url: '/api/v2/rt/exec?app=x', headers: { host: 'localhost' } })
  const counts = await shown('elves_rest_requests_total')
  expect(counts).toContain('elves_rest_requests_total{endpoint="/api/v2/rt/exec",code="401.1"} 1')
  expect(counts).toContain('elves_rest_requests_total{endpoint="/api/v2/rt/exec",code="OK"} 0')
})

test('paths that nobody serves make no series', async () => {
  // Every route has its series from then on.
  await tested.server.ready()
  const before = (await shown('elves_http_requests_total')).length
  for (let path = 0; path < 50; path++) await tested.server.inject({ url: `/nothing/${path}`, headers: { host: 'localhost' } })
  expect(await shown('elves_http_requests_total')).toHaveLength(before)
  expect(await shown('elves_http_requests_total')).toContain('elves_http_requests_total{route="none",status="4xx"} 50')
})
