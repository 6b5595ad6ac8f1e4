import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentId, type Edge, edge, type Json } from './edge.ts'

let it: Edge
beforeEach(async () => {
  it = await edge()
})
afterEach(() => it.stop())

const selection = '{ task { id param history(first: 1) { nodes { data } } } refusal { code field } }'
const runOne = `mutation ($i: RunTaskInput!) { runTask(input: $i) ${selection} }`
const inputOf = (param: string): string => `{"agent":"10.0.0.1","app":"apptest","func":"f","param":${param}}`
const bodyOf = (query: string, variables: string): string => `{"query":${JSON.stringify(query)},"variables":${variables}}`
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

/** Returns the text of the answer. */
async function post(payload: string): Promise<string> {
  const headers = { host: 'localhost:4100', 'content-type': 'application/json' }
  const answer = await it.server.inject({ method: 'POST', url: '/graphql', headers, payload })
  return answer.payload
}

/** Returns the parameter as the write side got it and as the answer shows it, byte for byte. */
async function takenAndShown(payload: string): Promise<[string | null | undefined, string | undefined]> {
  const answer = await post(payload)
  const shown = /"param":(.*?),"history":/s.exec(answer)?.[1]
  return [it.commands.requests.at(-1)?.param, shown]
}

/** JSON that JavaScript would not write back unchanged: numbers, the order of keys, repeated names, spaces, escapes. */
const texts = [
  '{"n":9007199254740993,"m":1e400,"z":-0,"f":1.0,"e":1E+2}',
  '{"2":1,"1":2,"a":3}',
  '{"a":1,"a":2}',
  ' { "a" :\n[ 1 , 2 ] } ',
  '"\\u0061\\/\\ud83d"',
  '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
  '9007199254740993',
  '1e400',
  'true',
  '"text"',
  '[]',
  deep(64),
]

test.each(texts)('a parameter in a variable is taken and shown as it was sent: %s', async (text) => {
  expect(await takenAndShown(bodyOf(runOne, `{"i":${inputOf(text)}}`))).toEqual([text.trim(), text.trim()])
  expect(({} as Json).isAdmin).toBeUndefined()
})

test('also by a compiled document, of a variable of its own, and of a list', async () => {
  const text = '{"2":9007199254740993}'
  for (let round = 0; round < 5; round++) expect(await takenAndShown(bodyOf(runOne, `{"i":${inputOf(text)}}`))).toEqual([text, text])
  const own = `mutation ($p: JSON) { runTask(input: {agent: "10.0.0.1", app: "apptest", func: "f", param: $p}) ${selection} }`
  for (let round = 0; round < 5; round++) expect(await takenAndShown(bodyOf(own, `{"p":${text}}`))).toEqual([text, text])
  const many = `mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) ${selection} }`
  for (let round = 0; round < 5; round++) {
    expect(await takenAndShown(bodyOf(many, `{"i":[${inputOf('1.0')},${inputOf(text)}]}`))).toEqual([text, '1.0'])
  }
  expect(await takenAndShown(bodyOf(many, `{"i":${inputOf(text)}}`))).toEqual([text, text])
})

test.each([
  ['{n: 9007199254740993, m: 1e400, b: 1, a: [1.0, true, null, "\\u0061"]}', '{"n":9007199254740993,"m":1e400,"b":1,"a":[1.0,true,null,"a"]}'],
  ['9007199254740993', '9007199254740993'],
  ['"""block "text" """', '"block \\"text\\" "'],
  ['{__proto__: {isAdmin: true}}', '{"__proto__":{"isAdmin":true}}'],
  ['{a: $p, b: [$p, $missing], c: $missing}', '{"a":{"x":1e400},"b":[{"x":1e400},null]}'],
])('a literal is taken with its numbers as they stand: %s', async (literal, text) => {
  const query = `mutation ($p: JSON, $missing: JSON) { runTask(input: {agent: "10.0.0.1", app: "apptest", func: "f", param: ${literal}}) ${selection} }`
  const uses = literal.includes('$p') ? query : query.replace('($p: JSON, $missing: JSON)', '')
  for (let round = 0; round < 4; round++) expect(await takenAndShown(bodyOf(uses, '{"p":{"x":1e400}}'))).toEqual([text, text])
})

test('no parameter is none, however it is said', async () => {
  expect(await takenAndShown(bodyOf(runOne, `{"i":${inputOf('null')}}`))).toEqual([null, 'null'])
  expect(
    await takenAndShown(
      bodyOf(runOne.replace('$i: RunTaskInput!', '$a: String!').replace('$i', '{agent: $a, app: "b", func: "c", param: null}'), '{"a":"10.0.0.1"}'),
    ),
  ).toEqual([null, 'null'])
})

test('whatever JSON is sent is taken and shown as it is', async () => {
  const anyJson = fc.json({ stringUnit: 'binary', maxDepth: 8 }).map((text) => JSON.stringify(JSON.parse(text), null, 1))
  await fc.assert(
    fc.asyncProperty(
      anyJson.filter((text) => text !== 'null'),
      async (text) => {
        expect(await takenAndShown(bodyOf(runOne, `{"i":${inputOf(text)}}`))).toEqual([text, text])
      },
    ),
    { numRuns: 50 },
  )
}, 30_000)

test.each([65, 6_000, 30_000])('one that nests %i levels deep is refused, and with it no other of its call or batch', async (levels) => {
  const many = `mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { task { param } refusal { code field } } }`
  const [good, bad] = [inputOf('[1.0]'), inputOf(deep(levels))]
  const done = { task: { param: [1] }, refusal: null }
  const refused = { task: null, refusal: { code: 'PARAM_TOO_DEEP', field: 'param' } }
  const answer = JSON.parse(await post(bodyOf(many, `{"i":[${good},${bad},${good}]}`)))
  expect(answer).toEqual({ data: { runTasks: [done, refused, done] } })
  const [one, other] = JSON.parse(await post(`[${bodyOf(many, `{"i":[${bad}]}`)},${bodyOf(many, `{"i":[${good}]}`)}]`))
  expect([one, other]).toEqual([{ data: { runTasks: [refused] } }, { data: { runTasks: [done] } }])
})

test('a body that nests deeper than any parameter can is refused before it is parsed', async () => {
  const answer = JSON.parse(await post(bodyOf(runOne, `{"i":${inputOf(deep(200_000))}}`)))
  expect(answer.errors[0].extensions.code).toBe('QUERY_TOO_COMPLEX')
})

test('a parameter that an earlier release took, deeper than the limit, hides no task: it is shown as a text', async () => {
  const stored = async (taskId: string, param: string) => {
    const request = { kind: 'INSTANT', agentId, agentIp: '10.0.0.1', app: 'apptest', func: 'f', proxy: null, processor: true, timeoutMs: 0 } as const
    const data = { ...request, ...noTaskOptions, param: inlineValue(param), idempotencyKey: null, requestHash: null }
    await it.commands.append(`task-${taskId}`, [{ type: 'TaskRequested', data }])
  }
  await stored('0000000000000001', deep(30_000))
  await stored('0000000000000002', 'no JSON')
  await stored('0000000000000003', '[1]')
  const query = `query ($p: Position) { tasks(notBefore: $p) { nodes { param } } agent(id: "${agentId}") { tasks { nodes { param } } }
    task(id: "0000000000000001", asOf: "2999-01-01T00:00:00Z") { param history { nodes { data } } } events(first: 3) { nodes { data } } }`
  const { data, errors } = JSON.parse(await post(bodyOf(query, `{"p":"${await it.store.head()}"}`)))
  expect(errors).toBeUndefined()
  const nodes = [{ param: [1] }, { param: 'no JSON' }, { param: deep(30_000) }]
  expect(data.tasks.nodes).toEqual(nodes)
  expect(data.agent.tasks.nodes).toEqual(expect.arrayContaining(nodes))
  expect(data.task.param).toBe(deep(30_000))
  expect(data.task.history.nodes[0].data.param.inline).toBe(deep(30_000))
  expect(data.events.nodes[2].data.param.inline).toBe(deep(30_000))
})

test.each([
  ['func', '"func":"cut \\ud83d"', 'TEXT_INVALID'],
  ['proxy', '"func":"f","proxy":"cut \\ud83d"', 'TEXT_INVALID'],
  ['idempotencyKey', '"func":"f","idempotencyKey":"cut \\ud83d"', 'TEXT_INVALID'],
])('a request is refused for its %s alone', async (field, fields, code) => {
  const query = 'mutation ($i: RunTaskInput!) { runTask(input: $i) { task { id } refusal { code field } } }'
  const answer = JSON.parse(await post(bodyOf(query, `{"i":{"agent":"10.0.0.1","app":"apptest",${fields}}}`)))
  expect(answer).toEqual({ data: { runTask: { task: null, refusal: { code, field } } } })
  expect(await it.store.readAll({ from: null, direction: 'forwards', limit: 100 })).toHaveLength(3)
})
