import { randomUUID } from 'node:crypto'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AgentFacts } from '@elves/schemas/generated/types.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { mostSelected } from '../tasks/run-selected.ts'
import { agentId, type Edge, edge, type Json } from './edge.ts'

let it: Edge
const second = 'b'.repeat(32)
const bare = 'c'.repeat(32)
const revoked = 'd'.repeat(32)

beforeEach(async () => {
  it = await edge()
  await it.commands.addAgent(second, '10.0.0.2')
  await it.commands.addAgent(bare, '10.0.0.3')
  const facts = { name: 'bare', version: '0.3.0', platform: 'linux-x64', labels: { zone: 'b' }, apps: [] }
  await it.commands.append(`agent-${bare}`, [{ type: 'AgentFactsChanged', data: { agentId: bare, ip: '10.0.0.3', facts } }])
  await it.commands.addAgent(revoked, '10.0.0.4')
  await it.commands.append(`agent-${revoked}`, [{ type: 'AgentRevoked', data: { agentId: revoked, reason: null, idempotencyKey: null } }])
})

afterEach(() => it.stop())

const query = `mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) {
  task { id } selected tasks { id agentId state func } leftOut { agent code message } position refusal { code field }
} }`
const hello = { app: 'apptest', func: 'helloword' }

async function runs(...inputs: object[]): Promise<Json[]> {
  const { data, errors } = await it.ask(query, { inputs })
  expect(errors).toBeUndefined()
  return data.runTasks
}

function tasksInLog(): Promise<number> {
  return it.store.readAll({ from: null, direction: 'forwards', limit: 10_000 }).then((events) => {
    return new Set(events.filter((event) => taskAggregate.isEvent(event)).map(({ stream }) => stream)).size
  })
}

test('runs one task for each agent of a selector, and says who was left out and why, in the order of the agents', async () => {
  const [run] = await runs({ ...hello, selector: '' })
  expect(run).toMatchObject({ task: null, selected: 4, refusal: null, position: await it.store.head() })
  expect(run.tasks.map((task: Json) => [task.agentId, task.state])).toEqual([
    [agentId, 'SUCCEEDED'],
    [second, 'SUCCEEDED'],
  ])
  expect(run.leftOut.map(({ agent, code }: Json) => [agent, code])).toEqual([
    [bare, 'APP_NOT_INSTALLED'],
    [revoked, 'AGENT_REVOKED'],
  ])
})

test('a task that may wait for its agent may wait for its app', async () => {
  const [run] = await runs({ ...hello, selector: 'zone=b', startWithinMs: 1_000, wait: false })
  expect([run.selected, run.tasks.length, run.leftOut]).toEqual([1, 1, []])
})

test('an agent that the write side refuses is left out with the words of the refusal', async () => {
  const unknown = 'e'.repeat(32)
  const facts = { name: 'lost', version: '0.3.0', platform: 'linux-x64', labels: {}, apps: [{ name: 'apptest', version: '1', isLocal: true }] }
  await it.commands.append(`agent-${unknown}`, [{ type: 'AgentRegistered', data: { agentId: unknown, ip: '10.0.0.9', facts } }])
  const [run] = await runs({ ...hello, selector: 'name=lost' })
  expect(run).toMatchObject({ selected: 1, tasks: [], position: null, refusal: null })
  expect(run.leftOut).toEqual([{ agent: unknown, code: 'AGENT_UNKNOWN', message: 'no agent has this id or ip' }])
})

test('inputs with an agent and with a selector are answered in their order', async () => {
  const [one, all, none] = await runs({ ...hello, agent: '10.0.0.1' }, { ...hello, selector: 'zone=a,app' }, { ...hello, selector: 'zone=x' })
  expect([one.task !== null, one.selected, one.tasks, one.leftOut]).toEqual([true, null, null, null])
  expect([all.task, all.selected, all.tasks.length]).toEqual([null, 3, 2])
  expect(none).toMatchObject({ selected: 0, tasks: [], leftOut: [], position: null, refusal: null })
})

test('the same call with the same key finds its tasks, and runs only on agents that it did not select before', async () => {
  const input = { ...hello, selector: 'zone=a', idempotencyKey: 'once' }
  const [first] = await runs(input)
  const [again] = await runs(input)
  expect(again.tasks.map(({ id }: Json) => id)).toEqual(first.tasks.map(({ id }: Json) => id))
  const newcomer = 'f'.repeat(32)
  await it.commands.addAgent(newcomer, '10.0.0.6')
  const [later] = await runs(input)
  expect(later.tasks.map((task: Json) => task.agentId)).toEqual([agentId, second, newcomer])
  expect(await tasksInLog()).toBe(3)
  // The same key with other content is refused agent by agent: nothing runs a second time.
  const reused = 'IDEMPOTENCY_KEY_REUSED'
  const [other] = await runs({ ...input, func: 'other' })
  expect(other.leftOut.map(({ code }: Json) => code)).toEqual([reused, reused, 'AGENT_REVOKED', reused])
})

test('all are durable before one is waited for', async () => {
  const [run] = await runs({ ...hello, selector: 'app' })
  expect(run.tasks).toHaveLength(2)
  expect(it.commands.requests.map(({ wait }) => wait)).toEqual([false, false, true, true])
})

test('no call of the write side carries more than 1 000 tasks, or more parameters than it can take', async () => {
  const calls: number[] = []
  const { runTasks } = it.commands
  Object.assign(it.commands, {
    runTasks: (...[caller, requests]: Parameters<typeof runTasks>) => {
      calls.push(requests.length)
      return runTasks(caller, requests)
    },
  })
  await register(1_100, { many: 'yes' }, [{ name: 'apptest', version: '1', isLocal: true }])
  const [run] = await runs({ ...hello, selector: 'many,id!=x' })
  expect([run.leftOut.length, calls]).toEqual([1_100, [1_000, 100]])
  calls.length = 0
  await runs({ ...hello, selector: 'many', param: 'x'.repeat(65_000) })
  expect([calls.length, Math.max(...calls)]).toEqual([18, 64])
})

test('a write side that goes away between two batches takes no task out of the answer', async () => {
  const { runTasks } = it.commands
  let calls = 0
  Object.assign(it.commands, {
    runTasks: (...args: Parameters<typeof runTasks>) =>
      ++calls === 1 ? runTasks(...args) : Promise.reject(new ElvesError('STORE_UNAVAILABLE', 'it is away', { canRetry: true })),
  })
  await register(2_100, { many: 'yes' }, [{ name: 'apptest', version: '1', isLocal: true }])
  const [run] = await runs({ ...hello, selector: 'app=apptest', wait: false })
  expect(run.tasks.length + run.leftOut.length).toBe(run.selected)
  expect(run.tasks).toHaveLength(2)
  const messages = run.leftOut.filter(({ code }: Json) => code === 'STORE_UNAVAILABLE').map(({ message }: Json) => message.split(/[:(]/)[0])
  expect(new Set(messages)).toEqual(new Set(['whether it got a task is not known', 'no task was asked for ']))
  calls = 1
  const { errors } = await it.ask(query, { inputs: [{ ...hello, selector: 'app=apptest', wait: false }] })
  expect(errors[0].extensions.code).toBe('STORE_UNAVAILABLE')
})

test('what is wrong for every agent is refused once', async () => {
  const codesOf = async (input: object) => (await runs(input)).map(({ refusal, selected }: Json) => [refusal?.code, refusal?.field, selected])
  expect(await codesOf({ ...hello, selector: 'zone=(' })).toEqual([['SELECTOR_INVALID', 'selector', null]])
  expect(await codesOf({ ...hello, selector: '', func: ' ' })).toEqual([['FUNC_INVALID', 'func', null]])
  expect(await codesOf({ ...hello, selector: '', idempotencyKey: ' ' })).toEqual([['IDEMPOTENCY_KEY_INVALID', 'idempotencyKey', null]])
  expect(await tasksInLog()).toBe(0)
})

test('an input has either an agent or a selector', async () => {
  for (const input of [hello, { ...hello, agent: '10.0.0.1', selector: '' }]) {
    const { errors } = await it.ask(query, { inputs: [input, { ...hello, agent: '10.0.0.1' }] })
    expect(errors[0].extensions.code).toBe('BAD_REQUEST')
  }
  expect(await tasksInLog()).toBe(0)
})

test('the selectors of one call select no more than a call may', async () => {
  await register(mostSelected - 2, { many: 'yes' }, [])
  const [many, all] = await runs({ ...hello, selector: 'many' }, { ...hello, selector: '' })
  expect([many.selected, many.leftOut.length, all.refusal.code]).toEqual([mostSelected - 2, mostSelected - 2, 'SELECTION_TOO_LARGE'])
})

/** Registers agents that the write side does not know. */
async function register(count: number, labels: Readonly<Record<string, string>>, apps: AgentFacts['apps']): Promise<void> {
  const facts = { name: 'many', version: '0.3.0', platform: 'linux-x64', labels, apps }
  const appends = Array.from({ length: count }, (_, n) => {
    const id = n.toString(16).padStart(32, '0')
    const event = { type: 'AgentRegistered', data: { agentId: id, ip: '10.1.0.1', facts } } as const
    const context = { actor: { kind: 'AGENT', id, name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
    return { stream: `agent-${id}`, expectedVersion: -1, events: [{ id: randomUUID(), event, context }] }
  })
  for (const some of chunks(appends, 1_000)) await it.store.append(some)
}
