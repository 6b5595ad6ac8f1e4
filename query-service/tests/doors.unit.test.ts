import { ElvesError } from '@elves/core/foundation/errors.ts'
import { release } from '@elves/core/foundation/release.ts'
import { getIntrospectionQuery } from 'graphql'
import { afterEach, expect, test } from 'vitest'
import { type Edge, type EdgeOptions, edge, type Json } from './edge.ts'

let it: Edge
afterEach(() => it.stop())

const codeOf = ({ errors }: { errors?: Json }): string => errors?.[0]?.extensions?.code
const askOf = async (query: string, variables?: object, options?: EdgeOptions): Promise<string> => {
  it = await edge(options)
  return codeOf(await it.ask(query, variables))
}

async function send(options: object): Promise<[number, string]> {
  it = await edge()
  const answer = await it.server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost:4100' }, ...options } as never)
  expect(it.commands.requests).toEqual([])
  const { errors, error } = answer.json()
  return [answer.statusCode, errors?.[0].extensions.code ?? error.code]
}

const mutation = 'mutation { runTask(input: { agent: "10.0.0.1", app: "apptest", func: "helloword" }) { position } }'
const json = { host: 'localhost:4100', 'content-type': 'application/json' }
const encoded = encodeURIComponent(mutation)

test.each<[string, object, [number, string]]>([
  ['a form', { payload: `query=${encoded}`, headers: { ...json, 'content-type': 'application/x-www-form-urlencoded' } }, [415, 'BAD_REQUEST']],
  ['plain text', { payload: JSON.stringify({ query: mutation }), headers: { ...json, 'content-type': 'text/plain' } }, [415, 'BAD_REQUEST']],
  ['a body of application/graphql', { payload: mutation, headers: { ...json, 'content-type': 'application/graphql' } }, [415, 'BAD_REQUEST']],
  ['a multipart form', { payload: '--x--', headers: { ...json, 'content-type': 'multipart/form-data; boundary=x' } }, [415, 'BAD_REQUEST']],
  ['a mutation by GET', { method: 'GET', url: `/graphql?query=${encoded}` }, [405, 'METHOD_NOT_ALLOWED']],
  ['a subscription by GET', { method: 'GET', url: '/graphql?query=subscription{eventAppended{id}}' }, [200, 'BAD_REQUEST']],
  ['a GET without a query', { method: 'GET', url: '/graphql' }, [400, 'BAD_REQUEST']],
  ['variables by GET that are no JSON', { method: 'GET', url: '/graphql?query={platform{version}}&variables={' }, [400, 'BAD_REQUEST']],
  ['a query by GET that is not UTF-8', { method: 'GET', url: '/graphql?query={platform{version}}%23%d6%d0' }, [400, 'ENCODING_INVALID']],
  ['a body that is not UTF-8', { payload: Buffer.from('7b227175657279223a22d6d0227d', 'hex'), headers: json }, [400, 'ENCODING_INVALID']],
  [
    'a hash without its document',
    { payload: { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } } },
    [200, 'PERSISTED_QUERY_NOT_SUPPORTED'],
  ],
  [
    'an image on a page of another origin',
    {
      method: 'GET',
      url: '/graphql?query={platform{version}}',
      headers: { ...json, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    },
    [403, 'ORIGIN_FORBIDDEN'],
  ],
  ['a page of another origin', { payload: { query: mutation }, headers: { ...json, origin: 'http://evil.example' } }, [403, 'ORIGIN_FORBIDDEN']],
  ['another host', { payload: { query: mutation }, headers: { host: 'evil.example' } }, [403, 'ORIGIN_FORBIDDEN']],
  ['broken JSON', { payload: '{"query": ', headers: json }, [400, 'BAD_REQUEST']],
  ['no body', { headers: json }, [400, 'BAD_REQUEST']],
  ['a body that is no object', { payload: '"x"', headers: json }, [400, 'BAD_REQUEST']],
  ['variables that are no object', { payload: { query: mutation, variables: [1] } }, [400, 'BAD_REQUEST']],
  ['an operation name that is none', { payload: { query: mutation, operationName: 'x\n}' } }, [200, 'BAD_REQUEST']],
  ['an operation that is not there', { payload: { query: mutation, operationName: 'other' } }, [200, 'BAD_REQUEST']],
  ['a document as JSON', { payload: { query: '{"kind":"Document","definitions":[]}' } }, [200, 'BAD_REQUEST']],
  ['a document that JSON has another idea of', { payload: { query: 'null' } }, [200, 'BAD_REQUEST']],
  ['a subscription by HTTP', { payload: { query: 'subscription { eventAppended { id } }' } }, [200, 'BAD_REQUEST']],
])('refuses %s, with a code', async (_what, request, answer) => {
  expect(await send(request)).toEqual(answer)
})

test.each([
  ['BAD_REQUEST', '{ nothing }', {}],
  ['BAD_REQUEST', '{ platform { version }', {}],
  ['BAD_REQUEST', 'query ($id: ID!) { task(id: $id) { id } }', {}],
  ['BAD_REQUEST', '{ task(id: "X", asOf: "yesterday") { id } }', {}],
  ['PAGE_TOO_LARGE', '{ tasks(first: 501) { nodes { id } } }', {}],
  ['PAGE_TOO_LARGE', '{ tasks(first: 0) { nodes { id } } }', {}],
  ['CURSOR_INVALID', '{ tasks(after: "nonsense") { nodes { id } } }', {}],
  ['POSITION_INVALID', '{ platform(notBefore: "nonsense") { version } }', {}],
  ['POSITION_INVALID', 'query ($p: Position) { platform(notBefore: $p) { version } }', { p: 'nonsense' }],
  ['POSITION_UNKNOWN', '{ platform(notBefore: "ffffffff-0000000000000001") { version } }', {}],
])('answers %s for %s', async (code, query, variables) => {
  expect(await askOf(query, variables)).toBe(code)
})

test('says how far the read models are behind when they do not get there', async () => {
  it = await edge()
  await it.ask('{ platform { version } }')
  const head = await it.store.head()
  const beyond = head.slice(0, -16) + (Number.parseInt(head.slice(-16), 16) + 7).toString(16).padStart(16, '0')
  const { errors } = await it.ask('query ($p: Position) { platform(notBefore: $p) { version } }', { p: beyond })
  expect(errors[0]).toMatchObject({ path: ['platform'], extensions: { code: 'READ_MODEL_BEHIND', lag: 7, canRetry: true } })
}, 15_000)

const nested = (levels: number): string =>
  `{ agent(id: "x") { ${'tasks(first: 1) { nodes { agent { '.repeat(levels)} id ${'} } }'.repeat(levels)} } }`

function chainedFragments(count: number): string {
  const chain = Array.from({ length: count }, (_, n) => `fragment f${n} on Query { ...f${n + 1} }`).join(' ')
  return `${chain} fragment f${count} on Query { platform { version } }`
}

test.each([
  ['depth', nested(5), {}],
  ['depth beyond any parser', '{ a '.repeat(20_000), {}],
  ['page sizes that multiply', '{ tasks(first: 500) { nodes { history(first: 500) { nodes { id } } } } }', {}],
  ['a page size in a variable', 'query ($n: Int) { tasks(first: $n) { nodes { history(first: $n) { nodes { id } } } } }', { n: 400 }],
  [
    'page sizes that multiply by the default of a variable',
    'query ($n: Int = 500) { tasks(first: $n) { nodes { history(first: $n) { nodes { id } } } } }',
    {},
  ],
  [
    'inputs by the default of a variable',
    `mutation ($i: [RunTaskInput!]! = [${'{ agent: "a", app: "b", func: "c" },'.repeat(900)}]) { runTasks(inputs: $i) { task { history { nodes { id } } } } }`,
    {},
  ],
  ['lists within inputs', 'query ($f: TaskFilter) { tasks(filter: $f) { nodes { id } } }', { f: { ids: Array(20_001).fill('x') } }],
  ['fields without end', `{ platform { ${Array.from({ length: 1_001 }, (_, n) => `v${n}: version`).join(' ')} } }`, {}],
  ['one name again and again', `{ ${'tasks(first: 1) { nodes { id } } '.repeat(21)} }`, {}],
  ['one name again and again in inline fragments', `{ ${'... on Query { platform { version } } '.repeat(21)} }`, {}],
  ['chained fragments', `{ ...f0 } ${chainedFragments(3_000)}`, {}],
  ['a long document', `{ platform { version } } # ${'x'.repeat(256 * 1024)}`, {}],
  ['a document that is long in bytes', `{ platform { version } } # ${'ü'.repeat(140 * 1024)}`, {}],
  ['aliases', `{ ${Array.from({ length: 51 }, (_, index) => `a${index}: platform { version }`).join(' ')} }`, {}],
  [
    'aliases in fragments',
    `{ ...f ...f ...f } fragment f on Query { ${Array.from({ length: 20 }, (_, n) => `a${n}: platform { version }`).join(' ')} }`,
    {},
  ],
  [
    'many inputs with long histories',
    'mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { task { history { nodes { id } } } } }',
    { i: Array(900).fill({ agent: 'a', app: 'b', func: 'c' }) },
  ],
  [
    'introspection again and again',
    `{ ${Array.from({ length: 40 }, (_, n) => `a${n}: __schema { types { fields { args { name type { name } } } } }`).join(' ')} }`,
    {},
  ],
])('refuses %s before anything runs', async (_what, query, variables) => {
  expect(await askOf(query, variables)).toBe('QUERY_TOO_COMPLEX')
  expect([it.readModels.calls.size, it.commands.requests]).toEqual([0, []])
})

test('refuses fragments that double at each level, quickly', async () => {
  const levels = Array.from({ length: 60 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`).join(' ')
  expect(await askOf(`{ ...f0 } ${levels} fragment f60 on Query { platform { version } }`)).toBe('QUERY_TOO_COMPLEX')
})

test('refuses fragments that spread themselves', async () => {
  expect(await askOf('{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }')).toBe('BAD_REQUEST')
})

test('allows fragments that clients write', async () => {
  expect(await askOf(`{ ...f0 } ${chainedFragments(99)}`)).toBeUndefined()
})

test('refuses more tokens than a document may have while it is parsed', async () => {
  expect(await askOf(`{ platform { ${'version'.padEnd(8)}(a: [${'1 '.repeat(31_000)}]) } }`)).toBe('QUERY_TOO_COMPLEX')
  await it.stop()
  expect(await askOf(`{ platform { version(a: [${'1 '.repeat(100)}] } }`)).toBe('BAD_REQUEST')
})

test('counts a page size of null as the default, and one in a variable as given', async () => {
  const query = 'query ($n: Int = 500) { tasks(first: $n) { nodes { history(first: 60) { nodes { id } } } } }'
  expect(await askOf(query, { n: null })).toBeUndefined()
  await it.stop()
  expect(await askOf(query, { n: 10 })).toBeUndefined()
  await it.stop()
  expect(await askOf(query, {})).toBe('QUERY_TOO_COMPLEX')
})

test('allows what a large page needs', async () => {
  expect(
    await askOf('{ tasks(first: 500) { nodes { id state app func agent { name } result { message } } pageInfo { endCursor } } }'),
  ).toBeUndefined()
})

test('answers a batch in order, within one budget', async () => {
  it = await edge()
  const batch = async (payload: object[]) =>
    (await it.server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost' }, payload })).json()
  const one = { query: '{ platform { version } }' }
  expect((await batch([one, { query: '{ nothing }' }])).map((answer: Json) => codeOf(answer) ?? answer.data.platform.version)).toEqual([
    release,
    'BAD_REQUEST',
  ])
  expect(codeOf(await batch(Array(11).fill(one)))).toBe('QUERY_TOO_COMPLEX')
  const heavy = { query: '{ tasks(first: 500) { nodes { id state app func proxy kind attempt agentId agentIp position } } }' }
  expect((await batch(Array(5).fill(heavy))).map(codeOf)).toContain('QUERY_TOO_COMPLEX')
})

test('answers introspection, or not, as it is set', async () => {
  expect(await askOf(getIntrospectionQuery())).toBeUndefined()
  await it.stop()
  expect(await askOf(getIntrospectionQuery(), {}, { env: { ELVES_INTROSPECTION: 'false' } })).toBe('BAD_REQUEST')
})

test('serves GraphiQL, or not, as it is set', async () => {
  it = await edge()
  const page = await it.server.inject({ url: '/graphiql', headers: { host: 'localhost' } })
  expect([page.statusCode, page.headers['content-security-policy']]).toEqual([200, expect.stringContaining("connect-src 'self'")])
  await it.stop()
  it = await edge({ env: { ELVES_GRAPHIQL: 'false' } })
  expect((await it.server.inject({ url: '/graphiql', headers: { host: 'localhost' } })).statusCode).toBe(404)
})

test.each([
  ['a fault of ours', new TypeError('secret detail'), { code: 'INTERNAL', correlationId: 'order-66' }],
  [
    'a store that is away',
    new ElvesError('STORE_UNAVAILABLE', 'the event store does not answer', { canRetry: true }),
    { code: 'STORE_UNAVAILABLE', canRetry: true },
  ],
])('tells %s by its code, without a stack trace', async (_what, fault, extensions) => {
  it = await edge()
  it.commands.runTasks = async () => {
    throw fault
  }
  // The first rounds parse the document, later ones take the kept one.
  for (let round = 0; round < 5; round++) {
    const answer = await it.ask(mutation, undefined, { 'x-correlation-id': 'order-66' })
    expect(answer.errors[0]).toMatchObject({ path: ['runTask'], extensions })
    expect(JSON.stringify(answer)).not.toMatch(/secret|\.ts:|stack/)
  }
})
