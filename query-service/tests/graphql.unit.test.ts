import { readFileSync } from 'node:fs'
import { release } from '@elves/core/foundation/release.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import { getIntrospectionQuery } from 'graphql'
import { afterEach, expect, test } from 'vitest'
import { agentId, type Edge, edge, type Json } from './edge.ts'

let it: Edge
afterEach(() => it.stop())

const run =
  'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id state param history { nodes { type version } } } position refusal { code field } } }'
const hello = { agent: '10.0.0.1', app: 'apptest', func: 'helloword' }

test('runs a task and answers it with its whole history, from the write side', async () => {
  it = await edge()
  it.readModels.hold()
  const { data, errors } = await it.ask(run, { input: { ...hello, param: { a: [1, 'ü'] } } })
  expect(errors).toBeUndefined()
  const types = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded']
  expect(data.runTask.task).toMatchObject({ state: 'SUCCEEDED', param: { a: [1, 'ü'] } })
  expect(data.runTask.task.history.nodes).toEqual(types.map((type, version) => ({ type, version })))
  expect(data.runTask).toMatchObject({ position: await it.store.head(), refusal: null })
  expect(it.commands.requests[0]?.param).toBe('{"a":[1,"ü"]}')
  it.readModels.release()
})

test.each([
  ['absent', {}, null],
  ['null', { param: null }, null],
  ['a text', { param: 'x' }, '"x"'],
  ['false', { param: false }, 'false'],
])('takes a param that is %s', async (_what, param, text) => {
  it = await edge()
  await it.ask(run, { input: { ...hello, ...param } })
  expect(it.commands.requests[0]?.param).toBe(text)
})

test('takes a param as a literal with variables in it', async () => {
  it = await edge()
  const query =
    'mutation ($n: Int) { runTask(input: { agent: "10.0.0.1", app: "a", func: "f", param: { n: $n, list: [1.5, null, true] } }) { task { param } } }'
  expect((await it.ask(query, { n: 7 })).data.runTask.task.param).toEqual({ n: 7, list: [1.5, null, true] })
})

test('fills in what a request leaves out', async () => {
  it = await edge()
  await it.ask(run, { input: { ...hello, timeoutMs: null, wait: null, processor: null } })
  await it.ask(run, { input: { ...hello, idempotencyKey: 'mine' } })
  expect(it.commands.requests[0]).toMatchObject({ timeoutMs: 90_000, wait: true, processor: false, proxy: null })
  expect(it.commands.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual([null, 'mine'])
})

test('answers what one request caused as a tree, and null for a request that caused nothing', async () => {
  it = await edge()
  const { position } = (await it.ask(run, { input: hello }, { 'x-correlation-id': 'order-66' })).data.runTask
  const query =
    'query ($id: ID!, $p: Position) { correlation(id: $id, notBefore: $p) { id startedAt hasMore events { event { id type } parentId depth sinceStartMs } } }'
  const { data, errors } = await it.ask(query, { id: 'order-66', p: position })
  expect(errors).toBeUndefined()
  const { id, hasMore, events } = data.correlation
  expect([id, hasMore, events[0].event.type, events[0].depth, events[0].parentId]).toEqual(['order-66', false, 'TaskRequested', 0, null])
  expect(events.map(({ event }: Json) => event.type)).toContain('TaskSucceeded')
  const ids = events.map(({ event }: Json) => event.id)
  for (const [at, { parentId }] of events.entries()) if (at > 0) expect(ids.slice(0, at)).toContain(parentId)
  expect((await it.ask(query, { id: 'nobody' })).data).toEqual({ correlation: null })
})

test('shows a refusal as data, not as an error', async () => {
  it = await edge()
  const { data, errors } = await it.ask(run, { input: { ...hello, agent: 'nobody' } })
  expect([data.runTask, errors]).toEqual([{ task: null, position: null, refusal: { code: 'AGENT_UNKNOWN', field: 'agent' } }, undefined])
})

test('runs many tasks and answers in order', async () => {
  it = await edge()
  const query = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { func } refusal { code } } }'
  const { data } = await it.ask(query, {
    inputs: [
      { ...hello, func: 'one' },
      { ...hello, agent: 'x' },
      { ...hello, func: 'two' },
    ],
  })
  expect(data.runTasks.map(({ task, refusal }: Json) => task?.func ?? refusal.code)).toEqual(['one', 'AGENT_UNKNOWN', 'two'])
})

test('cancels a task with its reason', async () => {
  it = await edge()
  const { data } = await it.ask(run, { input: { ...hello, wait: false } })
  const cancel = 'mutation ($input: CancelTaskInput!) { cancelTask(input: $input) { task { cancelRequestedAt } refusal { code } } }'
  const cancelled = await it.ask(cancel, { input: { id: data.runTask.task.id, reason: 'enough' } })
  expect(cancelled.data.cancelTask.task.cancelRequestedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect((await it.ask(cancel, { input: { id: 'NONE' } })).data.cancelTask.refusal.code).toBe('TASK_UNKNOWN')
})

test('carries actor, correlation id and traceparent to the write side', async () => {
  it = await edge()
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await it.ask(run, { input: hello }, { 'x-correlation-id': 'order-66', traceparent })
  expect(it.commands.callers[0]).toEqual({
    actor: { kind: 'LOCAL', id: 'local', name: null },
    scopes: null,
    sessionId: null,
    correlationId: 'order-66',
    metadata: { traceparent },
  })
  await it.ask(run, { input: hello }, { traceparent: '00-\u00d6\u00d0-cd-01' })
  expect(it.commands.callers[1]?.metadata).toEqual({})
})

test('reads its own writes with notBefore', async () => {
  it = await edge()
  it.readModels.hold()
  const { data } = await it.ask(run, { input: hello })
  const { id } = data.runTask.task
  const query =
    'query ($id: ID!, $p: Position) { task(id: $id, notBefore: $p) { state agent { id name labels apps { name } tasks { nodes { id } } } } }'
  const asked = it.ask(query, { id, p: data.runTask.position })
  it.readModels.release()
  expect((await asked).data.task).toMatchObject({ state: 'SUCCEEDED', agent: { id: agentId, labels: { zone: 'a' }, tasks: { nodes: [{ id }] } } })
})

test('shows a task as it was at an instant', async () => {
  it = await edge()
  const { data } = await it.ask(run, { input: hello })
  const events = await it.store.readStream(`task-${data.runTask.task.id}`)
  const query = 'query ($id: ID!, $at: DateTime, $p: Position) { task(id: $id, asOf: $at, notBefore: $p) { state history { nodes { version } } } }'
  const asOf = async (at: number) =>
    (await it.ask(query, { id: data.runTask.task.id, at: new Date(at).toISOString(), p: data.runTask.position })).data.task
  expect(await asOf((events[0]?.recordedAt ?? 0) - 1)).toBeNull()
  expect((await asOf(events[4]?.recordedAt ?? 0)).history.nodes).toHaveLength(5)
})

test('pages through lists by cursor', async () => {
  it = await edge()
  for (let index = 0; index < 5; index++) await it.ask(run, { input: hello })
  const query =
    'query ($after: String, $p: Position) { tasks(first: 2, after: $after, notBefore: $p) { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }'
  const ids: string[] = []
  const p = await it.store.head()
  for (let after: string | null = null, more = true; more; ) {
    const tasks: Json = (await it.ask(query, { after, p })).data.tasks
    ids.push(...tasks.nodes.map(({ id }: Json) => id))
    after = tasks.pageInfo.endCursor
    more = tasks.pageInfo.hasNextPage
  }
  expect(new Set(ids).size).toBe(5)
})

test('loads the agents of a page of tasks at once', async () => {
  it = await edge()
  for (let index = 0; index < 5; index++) await it.ask(run, { input: hello })
  const { data } = await it.ask('query ($p: Position) { tasks(notBefore: $p) { nodes { agent { ip } } } }', { p: await it.store.head() })
  expect(data.tasks.nodes).toHaveLength(5)
  expect(it.readModels.calls.get('agentsById')).toBe(1)
})

test('tells version, positions, lag and state of projectors', async () => {
  it = await edge()
  const { data } = await it.ask(
    'query ($p: Position) { platform(notBefore: $p) { version headPosition readPosition projectors { name lag state error position } counters { events } } }',
    {
      p: await it.store.head(),
    },
  )
  expect(data.platform).toMatchObject({
    version: release,
    headPosition: await it.store.head(),
    projectors: readModelNames.map((name) => ({ name, lag: 0, state: 'LIVE' })),
    counters: { events: 3 },
  })
})

test('keeps the operations of one document apart, also once compiled', async () => {
  it = await edge()
  const query = 'query A { platform { version } } query B { platform { readPosition } }'
  for (let index = 0; index < 6; index++) {
    const operationName = index % 2 ? 'A' : 'B'
    const answer = await it.server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost' }, payload: { query, operationName } })
    expect(Object.keys(answer.json().data.platform)).toEqual([operationName === 'A' ? 'version' : 'readPosition'])
  }
})

test('has every name of the contract', async () => {
  it = await edge()
  const { data, errors } = await it.ask(getIntrospectionQuery())
  expect(errors).toBeUndefined()
  const types = new Map<string, Json>(data.__schema.types.map((type: Json) => [type.name, type]))
  for (const [name, members] of contractTypes()) {
    const type = types.get(name)
    const known = [...(type?.fields ?? []), ...(type?.inputFields ?? []), ...(type?.enumValues ?? [])]
    for (const { member, signature } of members) {
      const field = known.find((one) => one.name === member)
      expect(field, `${name}.${member}`).toBeDefined()
      if (signature) expect(printed(field.type), `${name}.${member}`).toBe(signature)
    }
  }
})

test('describes every type, field, argument and enum value', async () => {
  it = await edge()
  const { data } = await it.ask(getIntrospectionQuery())
  const ours = data.__schema.types.filter(({ name }: Json) => !name.startsWith('__'))
  const things = ours.flatMap((type: Json) => {
    const members = [...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])]
    return [
      [type.name, type],
      ...members.flatMap((one) => [
        [`${type.name}.${one.name}`, one],
        ...(one.args ?? []).map((arg: Json) => [`${type.name}.${one.name}(${arg.name})`, arg]),
      ]),
    ]
  })
  expect(things.filter(([, { description }]: Json) => !description).map(([name]: Json) => name)).toEqual([])
})

function printed(type: Json): string {
  if (type.kind === 'NON_NULL') return `${printed(type.ofType)}!`
  return type.kind === 'LIST' ? `[${printed(type.ofType)}]` : type.name
}

/** The core types and fields in the text of the contract. */
function contractTypes(): [string, { member: string; signature: string | null }[]][] {
  const text = readFileSync(new URL('./contract-core.graphql', import.meta.url), 'utf8').replace(/#.*$/gm, '')
  return [...text.matchAll(/(?:type|input|enum) (\w+) \{([^}]*)\}/g)].map(([, name, body]) => [name as string, membersOf(body as string)])
}

function membersOf(body: string): { member: string; signature: string | null }[] {
  const plain = body.replace(/\([^)]*\)/g, '')
  const fields = [...plain.matchAll(/(\w+):\s*([\w![\]]+)/g)].map(([, member, signature]) => ({
    member: member as string,
    signature: signature as string,
  }))
  return fields.length > 0
    ? fields
    : plain
        .trim()
        .split(/\s+/)
        .map((member) => ({ member, signature: null }))
}

test('goes on in the read model with a cursor of the history that a mutation answered', async () => {
  it = await edge()
  const query =
    'mutation ($input: RunTaskInput!) { runTask(input: $input) { position task { id history(first: 2) { pageInfo { hasNextPage endCursor } } } } }'
  const { position, task } = (await it.ask(query, { input: hello })).data.runTask
  const rest =
    'query ($id: ID!, $after: String, $p: Position) { task(id: $id, notBefore: $p) { history(after: $after) { nodes { version } pageInfo { hasNextPage } } } }'
  const { data } = await it.ask(rest, { id: task.id, after: task.history.pageInfo.endCursor, p: position })
  expect(task.history.pageInfo.hasNextPage).toBe(true)
  expect(data.task.history).toEqual({ nodes: [{ version: 2 }, { version: 3 }, { version: 4 }], pageInfo: { hasNextPage: false } })
})

test('removes an agent that has gone: the list leaves it out, it and its tasks stay readable, and its followers are told', async () => {
  it = await edge()
  const remove = `mutation { removeAgent(input: { agent: "${agentId}", reason: "scrapped", idempotencyKey: "k" }) {
    agent { id ip state } position refusal { code field } } }`
  await it.ask(run, { input: hello })
  const { removeAgent: refused } = (await it.ask(remove)).data
  expect(refused).toEqual({ agent: null, position: null, refusal: { code: 'AGENT_CONNECTED', field: 'agent' } })
  await it.commands.append(`agentlink-${agentId}`, [{ type: 'AgentLost', data: { agentId, sessionId: 's', lastSeenAt: 1 } }])
  it.readModels.hold()
  const { data, errors } = await it.ask(remove)
  expect(errors).toBeUndefined()
  expect(data.removeAgent).toEqual({ agent: { id: agentId, ip: '', state: 'REMOVED' }, position: await it.store.head(), refusal: null })
  expect((await it.ask(remove)).data).toEqual(data)
  it.readModels.release()
  const look = `{ agents(notBefore: "${data.removeAgent.position}") { nodes { id } } removed: agents(filter: { states: [REMOVED] }) { nodes { id } }
    byIp: agent(id: "10.0.0.1") { id } agent(id: "${agentId}") { state tasks { nodes { app agent { id } } } history { nodes { type } } } }`
  expect((await it.ask(look)).data).toEqual({
    agents: { nodes: [] },
    removed: { nodes: [{ id: agentId }] },
    byIp: null,
    agent: {
      state: 'REMOVED',
      tasks: { nodes: [{ app: 'apptest', agent: { id: agentId } }] },
      history: { nodes: ['AgentRegistered', 'AgentConnected', 'AgentLost', 'AgentRemoved'].map((type) => ({ type })) },
    },
  })
})
