import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Queues on the whole platform: by GraphQL and by REST v2, on the agent that comes with it. */

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

interface ShownTask {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly dispatchedAt: string | null
  readonly endedAt: string | null
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly endedAt: string | null
  readonly counts: readonly { state: string; count: number }[]
  readonly tasks: { readonly nodes: readonly ShownTask[] }
}

interface Payload {
  readonly queue: Shown
  readonly tasks?: readonly { readonly id: string; readonly state: string }[]
  readonly position: string | null
  readonly refusal: { readonly code: string; readonly field: string | null } | null
}

const shown = 'id state endedAt counts { state count } tasks(first: 100) { nodes { id state failure { code message } dispatchedAt endedAt } }'
const hello = { agent: '127.0.0.1', app: 'apptest', func: 'helloword' }
const missing = { ...hello, app: 'no-such-app' }

async function change(mutation: string, input: object): Promise<Payload> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  const tasks = mutation === 'createQueue' || mutation === 'addQueueTasks' ? 'tasks { id state }' : ''
  const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { queue { ${shown} } ${tasks} position refusal { code field } } }`
  return ((await platform.graphql<Record<string, Payload>>(text, { input })) as Record<string, Payload>)[mutation] as Payload
}

async function read(id: string): Promise<Shown> {
  const { queue } = await platform.graphql<{ queue: Shown }>(`query ($id: ID!) { queue(id: $id) { ${shown} } }`, { id })
  return queue
}

async function ended(id: string): Promise<Shown> {
  await waitFor(async () => (await read(id)).endedAt !== null)
  return read(id)
}

test('tasks run in the order of their dependencies, and the queue succeeds', async () => {
  const { queue, refusal } = await change('createQueue', { name: 'three', app: 'apptest', idempotencyKey: 'three' })
  expect(refusal).toBeNull()
  const id = queue.id
  const tasks = [
    { ...hello, key: 'last', dependsOn: ['first', 'second'] },
    { ...hello, key: 'first' },
    { ...hello, key: 'second', dependsOn: ['first'] },
  ]
  const added = await change('addQueueTasks', { queue: id, tasks, idempotencyKey: 'add' })
  expect(added.refusal).toBeNull()
  expect(added.tasks?.map(({ state }) => state)).toEqual(['WAITING', 'WAITING', 'WAITING'])
  const again = await change('addQueueTasks', { queue: id, tasks, idempotencyKey: 'add' })
  expect(again.tasks?.map((task) => task.id)).toEqual(added.tasks?.map((task) => task.id))
  // A query without `notBefore` may be a little behind.
  await waitFor(async () => (await read(id)).counts.length > 0)
  expect((await read(id)).counts).toEqual([{ state: 'WAITING', count: 3 }])
  expect((await change('commitQueue', { queue: id })).queue.state).toBe('RUNNING')
  const done = await ended(id)
  expect(done).toMatchObject({ state: 'SUCCEEDED', counts: [{ state: 'SUCCEEDED', count: 3 }] })
  const [last, first, second] = (added.tasks ?? []).map((task) => done.tasks.nodes.find((node) => node.id === task.id))
  expect(Date.parse(second?.dispatchedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.endedAt ?? ''))
  expect(Date.parse(last?.dispatchedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(second?.endedAt ?? ''))
  const refused = await change('addQueueTasks', { queue: id, tasks: [hello] })
  expect(refused.refusal?.code).toBe('QUEUE_ENDED')
  const { task } = await platform.graphql<{ task: object }>('query ($id: ID!) { task(id: $id) { kind queue { id } parents { id } } }', {
    id: second?.id,
  })
  expect(task).toEqual({ kind: 'QUEUE', queue: { id }, parents: [{ id: first?.id }] })
})

test('a queue, its counts and its tasks can be looked at as they were at an instant, and so can an agent', async () => {
  const tasks = [
    { ...hello, key: 'one' },
    { ...hello, dependsOn: ['one'] },
  ]
  const { queue } = await change('createQueue', { tasks })
  const open = await pastOf(queue.id, null)
  await change('commitQueue', { queue: queue.id })
  await ended(queue.id)
  const { committedAt } = await pastOf(queue.id, null)
  const asOf = new Date(Date.parse(committedAt ?? '') - 1).toISOString()
  expect(await pastOf(queue.id, asOf)).toEqual(open)
  expect(open).toMatchObject({ state: 'OPEN', counts: [{ state: 'WAITING', count: 2 }], committedAt: null })
  expect(open.tasks.nodes.map(({ state }) => state)).toEqual(['WAITING', 'WAITING'])
  expect(open.history.nodes.map(({ type }) => type)).toEqual(['QueueCreated', 'QueueTasksAdded'])
  const text = `query ($asOf: DateTime!) { queue(id: "none", asOf: $asOf) { id }
    now: agent(id: "127.0.0.1", asOf: $asOf) { state lastSeenAt history { nodes { type } } } }`
  const history = { nodes: expect.arrayContaining([{ type: 'AgentRegistered' }]) }
  expect(await platform.graphql(text, { asOf })).toEqual({ queue: null, now: { state: 'CONNECTED', lastSeenAt: null, history } })
  expect(await platform.graphql(text, { asOf: '2001-01-01T00:00:00.000Z' })).toEqual({ queue: null, now: null })
})

interface PastQueue extends Shown {
  readonly committedAt: string | null
  readonly history: { readonly nodes: readonly { readonly type: string }[] }
}

/** Null: as it is now. */
async function pastOf(id: string, asOf: string | null): Promise<PastQueue> {
  const { headPosition } = (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform
  const text = `query ($id: ID!, $asOf: DateTime, $notBefore: Position) {
    queue(id: $id, asOf: $asOf, notBefore: $notBefore) { ${shown} committedAt history { nodes { type } } } }`
  return (await platform.graphql<{ queue: PastQueue }>(text, { id, asOf, notBefore: headPosition })).queue
}

test('all that hangs on a task that did not succeed is skipped, the rest runs, and the queue fails', async () => {
  const tasks = [
    { ...missing, key: 'bad' },
    { ...hello, key: 'child', dependsOn: ['bad'] },
    { ...hello, key: 'grandchild', dependsOn: ['child', 'free'] },
    { ...hello, key: 'free' },
  ]
  const { queue, tasks: made } = await change('createQueue', { tasks, commit: true })
  const done = await ended(queue.id)
  expect(done.state).toBe('FAILED')
  const [bad, child, grandchild, free] = (made ?? []).map((task) => done.tasks.nodes.find((node) => node.id === task.id))
  expect(free?.state).toBe('SUCCEEDED')
  for (const skipped of [child, grandchild]) {
    expect(skipped).toMatchObject({ state: 'SKIPPED', failure: { code: 'PARENT_NOT_SUCCEEDED', message: expect.stringContaining(bad?.id ?? '?') } })
  }
})

test('a stopped queue skips what waits at once, and ends as STOPPED', async () => {
  const { queue } = await change('createQueue', {
    tasks: [
      { ...hello, key: 'a' },
      { ...hello, dependsOn: ['a'] },
    ],
  })
  expect((await change('stopQueue', { queue: queue.id, reason: 'not today' })).queue.state).toBe('STOPPED')
  const done = await ended(queue.id)
  expect(done.tasks.nodes.map(({ state, failure }) => [state, failure?.code])).toEqual([
    ['SKIPPED', 'QUEUE_STOPPED'],
    ['SKIPPED', 'QUEUE_STOPPED'],
  ])
  expect((await change('commitQueue', { queue: queue.id })).refusal?.code).toBe('QUEUE_ENDED')
})

test('an empty queue succeeds', async () => {
  const { queue } = await change('createQueue', { commit: true })
  expect((await ended(queue.id)).state).toBe('SUCCEEDED')
})

test.each([
  [[{ ...hello, dependsOn: ['nobody'] }], 'DEPENDENCY_UNKNOWN', 'tasks.0.dependsOn'],
  [[{ ...hello, key: 'a', dependsOn: ['a'] }], 'DEPENDENCY_CYCLE', 'tasks.0.dependsOn'],
  [[hello, { ...hello, agent: '10.255.255.1' }], 'AGENT_UNKNOWN', 'tasks.1.agent'],
  [[{ ...hello, app: '../x' }], 'APP_INVALID', 'tasks.0.app'],
  [
    [
      { ...hello, key: 'a' },
      { ...hello, key: 'a' },
    ],
    'TASK_KEY_INVALID',
    'tasks.1.key',
  ],
])('nothing is made of a call with a task that is refused: %j', async (tasks, code, field) => {
  const before = await platform.graphql<{ queues: object }>('{ queues(first: 100) { nodes { id } } }')
  expect((await change('createQueue', { tasks })).refusal).toEqual({ code, field })
  expect(await platform.graphql('{ queues(first: 100) { nodes { id } } }')).toEqual(before)
})

test('an unknown queue is refused', async () => {
  for (const queue of ['0000000000000000', 'x']) expect((await change('commitQueue', { queue })).refusal?.code).toBe('QUEUE_UNKNOWN')
})

/** The answer as text: parsing keeps the order of the fields. */
async function rest(name: string, parameters: Record<string, string>): Promise<string> {
  return JSON.stringify(await platform.rest(`/api/v2/queue/${name}`, parameters))
}

test('REST v2: create, addtask, commit, result, stop', async () => {
  const idOf = (answer: string) => (JSON.parse(answer) as { result: { id: string } }).result.id
  const created = await rest('create', { app: 'apptest' })
  const queue = idOf(created)
  expect(created).toBe(`{"flag":"true","error":"","result":{"id":"${queue}"}}`)
  const task = { queue_id: queue, ip: '127.0.0.1', func: 'helloword' }
  const first = idOf(await rest('addtask', task))
  const second = idOf(await rest('addtask', { ...task, depend_task_id: first }))
  expect(await rest('addtask', { ...task, depend_task_id: '0000000000000000' })).toBe('{"flag":"false","error":"[412.4]Depend Task Not Found"}')
  expect(await rest('result', { queue_id: queue })).toContain(`"${second}":{"status":"pendding","depend_task_id":"${first}"`)
  expect(await rest('commit', { queue_id: queue })).toBe('{"flag":"true","error":""}')
  expect(await rest('addtask', task)).toBe('{"flag":"false","error":"[412.2]Queue Status Incorrect"}')
  await waitFor(async () => (await rest('result', { queue_id: queue })).split('"status":"finish"').length === 3)
  const results = await rest('result', { queue_id: queue })
  const ofFirst = `"${first}":{"status":"finish","depend_task_id":"","flag":"true","error":"","id":"${first}","worker_flag":"1","worker_message":`
  expect(results).toContain(ofFirst)
  expect(await rest('commit', { queue_id: queue })).toContain('[412.2]')
  expect(await rest('stop', { queue_id: queue })).toMatch(/"(?:finish)"/)
  expect(await rest('stop', { queue_id: '0000000000000000' })).toBe('{"flag":"false","error":"[412.1]Queue Not Found"}')
  expect(await rest('result', { queue_id: ' ' })).toBe('{"flag":"false","error":"[403.6]Request Params (queue_id) Illegal"}')
})

test('REST v2: qksqueue, and a task that hangs on a failed one is stoped', async () => {
  const answer = await rest('qksqueue', { ip: '127.0.0.1', app: 'apptest', func: 'helloword' })
  expect(answer).toMatch(/^\{"flag":"true","error":"","result":\{"id":"[0-9A-F]{16}","task_id":"[0-9A-F]{16}"\}\}$/)
  const { queue, tasks } = await change('createQueue', {
    commit: true,
    tasks: [
      { ...missing, key: 'bad' },
      { ...hello, dependsOn: ['bad'] },
    ],
  })
  await ended(queue.id)
  const [bad, child] = tasks ?? []
  const result = await rest('result', { queue_id: queue.id })
  expect(result).toContain(
    `"${child?.id}":{"status":"stoped","depend_task_id":"${bad?.id}","flag":"false","error":"task ${bad?.id} had to succeed first, and did not"`,
  )
})
