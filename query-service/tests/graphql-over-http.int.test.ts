import type { AddressInfo } from 'node:net'
import { release } from '@elves/core/foundation/release.ts'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agentId, type Edge, edge } from './edge.ts'

/** GraphQL over HTTP by its specification: the audits of graphql-http, and tests of what they leave out. */

let it: Edge
let url: string

beforeAll(async () => {
  it = await edge()
  await it.server.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(it.server.server.address() as AddressInfo).port}/graphql`
})

afterAll(() => it.stop())

describe('the audits of graphql-http', () => {
  test.each(serverAudits({ url: () => url }))('$name', async (audit) => {
    const result = await audit.fn()
    expect(result, 'reason' in result ? result.reason : '').toMatchObject({ status: 'ok' })
  })
})

const [json, graphqlResponse] = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8']
const version = '{ platform { version } }'
const run = `mutation { runTask(input: { agent: "${agentId}", app: "apptest", func: "helloword" }) { position } }`
const postRun = (accept: string): RequestInit => ({
  method: 'POST',
  headers: { accept, 'content-type': 'application/json' },
  body: JSON.stringify({ query: run }),
})
const get = (parameters: Record<string, string>): string => `?${new URLSearchParams(parameters)}`

test.each([
  ['nothing', undefined, json],
  ['anything', '*/*', json],
  ['JSON', 'application/json', json],
  ['the form of GraphQL', 'application/graphql-response+json', graphqlResponse],
  ['both, the form of GraphQL first, as urql does', 'application/graphql-response+json, application/graphql+json, application/json', graphqlResponse],
  ['both, JSON by its weight less, as Apollo does', 'application/json;q=0.9,application/graphql-response+json', graphqlResponse],
  ['both, the form of GraphQL by its weight less', 'application/graphql-response+json;q=0.1, application/json', json],
  ['what we do not have', 'text/html', json],
])('answers a client that accepts %s', async (_what, accept, type) => {
  const response = await fetch(url + get({ query: version }), { headers: accept === undefined ? {} : { accept } })
  expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
    200,
    type,
    { data: { platform: { version: release } } },
  ])
})

test.each([json, graphqlResponse])('refuses a mutation by GET with 405 and does nothing: %s', async (accept) => {
  const before = it.commands.requests.length
  const response = await fetch(url + get({ query: run }), { headers: { accept } })
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
  expect([response.status, response.headers.get('allow'), errors[0]?.extensions.code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED'])
  expect(it.commands.requests.length).toBe(before)
})

test('refuses the mutation of a document by GET also where its query was compiled', async () => {
  const query = `query Version ${version} ${run.replace('mutation', 'mutation Run')}`
  const before = it.commands.requests.length
  for (let round = 0; round < 4; round++) {
    expect((await fetch(url + get({ query, operationName: 'Version' }))).status).toBe(200)
    expect((await fetch(url + get({ query, operationName: 'Run' }))).status).toBe(405)
  }
  expect(it.commands.requests.length).toBe(before)
})

test('takes variables, the name of the operation and extensions by GET', async () => {
  const query = 'query One($id: ID!) { task(id: $id) { id } } query Two { platform { version } }'
  const parameters = { query, operationName: 'One', variables: JSON.stringify({ id: 'NONE' }), extensions: '{"a":{}}' }
  expect(await (await fetch(url + get(parameters))).json()).toEqual({ data: { task: null } })
})

test.each([
  [json, 200],
  [graphqlResponse, 400],
])('tells a client that sends only a hash to send the document: %s', async (accept, status) => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } }
  const headers = { accept, 'content-type': 'application/json' }
  const answers = [
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ operationName: 'X', extensions }) }),
    await fetch(url + get({ operationName: 'X', extensions: JSON.stringify(extensions) }), { headers: { accept } }),
  ]
  for (const response of answers) {
    expect(response.status).toBe(status)
    const error = { message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }
    expect(await response.json()).toMatchObject({ errors: [error] })
  }
})

test('an answer of what ran is 200, whatever went wrong on the way', async () => {
  const runTasks = it.commands.runTasks
  it.commands.runTasks = async () => {
    throw new Error('a fault of ours')
  }
  try {
    for (const accept of [json, graphqlResponse]) {
      const response = await fetch(url, postRun(accept))
      expect([response.status, await response.json()]).toMatchObject([200, { data: null, errors: [{ extensions: { code: 'INTERNAL' } }] }])
    }
  } finally {
    it.commands.runTasks = runTasks
  }
})

test('no cache may keep an answer', async () => {
  expect((await fetch(url + get({ query: version }))).headers.get('cache-control')).toBe('no-store')
})

test.each(['cross-site', 'same-site'])('gives nothing to a page of another origin that loads it as a part of itself: %s', async (site) => {
  const part = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }
  expect((await it.server.inject({ url: `/graphql${get({ query: version })}`, headers: { host: 'localhost', ...part } })).statusCode).toBe(403)
  const frame = { ...part, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
  expect((await it.server.inject({ url: '/graphiql', headers: { host: 'localhost', ...frame } })).statusCode).toBe(403)
  const link = { ...part, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  expect((await it.server.inject({ url: '/graphiql', headers: { host: 'localhost', ...link } })).statusCode).toBe(200)
})
