import type { QueueTaskRequest } from '@elves/core/command-api/queue-task.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { expect, test } from 'vitest'
import type { TaskRequests } from '../tasks/task-requests.ts'
import { agentId, caller, center } from '../tests/center.ts'
import { queueCommands } from './queue-commands.ts'

function setUp(request?: TaskRequests['request']) {
  const { store, requests, agent } = center()
  const agents = { find: async (name: string) => (name === agentId ? agent.record : null) }
  const open = (requesting: Pick<TaskRequests, 'request'>) =>
    queueCommands({ store, queues: openAggregates({ store, cacheSize: 10 }), agents, requests: requesting, adders: { refusal: async () => null } })
  return { store, requests, commands: open(request ? { request } : requests), restarted: () => open(requests), open }
}

function task(changes: Partial<QueueTaskRequest> = {}): QueueTaskRequest {
  const content = {
    agent: agentId,
    app: 'apptest',
    func: 'hello',
    param: null,
    proxy: null,
    processor: false,
    timeoutMs: 1000,
    startWithinMs: 0,
    retry: null,
  }
  return { key: null, dependsOn: [], ...content, ...changes }
}

const create = { name: null, app: null, tasks: [], commit: false, idempotencyKey: 'k' }

test('tasks are held, and know their queue and their parents', async () => {
  const { commands, store } = setUp()
  const answer = await commands.create(caller, { ...create, tasks: [task({ key: 'a' }), task({ dependsOn: ['a'] })], commit: true })
  expect(answer.refusal).toBeNull()
  const types = (await store.readStream(queueStream(answer.queueId ?? ''))).map(({ event }) => event.type)
  expect(types).toEqual(['QueueCreated', 'QueueTasksAdded', 'QueueCommitted'])
  const requested = answer.events.flatMap(({ stream, event }) => (event.type === 'TaskRequested' ? [{ stream, ...event.data }] : []))
  const [first, second] = requested
  expect(first).toMatchObject({ kind: 'QUEUE', queueId: answer.queueId, parents: [] })
  expect(taskStream(second?.parents[0] ?? '')).toBe(first?.stream)
  expect(answer.events.filter(({ event }) => event.type === 'TaskWaiting')).toHaveLength(2)
})

test('a call that is repeated after a crash between any two of its steps ends as one that was not interrupted', async () => {
  for (const writtenBefore of [0, 1, 3]) {
    const { requests, open, restarted, store } = setUp()
    const request = {
      ...create,
      tasks: [task({ key: 'a' }), task({ key: 'b', dependsOn: ['a'] }), task({ key: 'c', dependsOn: ['b'] })],
      commit: true,
    }
    const interrupted = open({
      async request(tasks) {
        await requests.request(tasks.slice(0, writtenBefore))
        throw new Error('killed')
      },
    })
    await expect(interrupted.create(caller, request)).rejects.toThrow('killed')
    const answer = await restarted().create(caller, request)
    expect(answer.refusal).toBeNull()
    const again = await restarted().create(caller, request)
    const { position: _one, ...first } = answer
    const { position: _other, ...second } = again
    expect(second).toEqual(first)
    const log = await store.readAll({ from: null, direction: 'forwards', limit: 100 })
    expect(log.filter(({ event }) => event.type === 'TaskRequested')).toHaveLength(3)
    expect(log.filter(({ event }) => event.type === 'QueueTasksAdded')).toHaveLength(1)
    expect(log.filter(({ event }) => event.type === 'QueueCommitted')).toHaveLength(1)
  }
})

test.each([
  [{ agent: 'b'.repeat(32) }, 'AGENT_UNKNOWN', 'tasks.1.agent'],
  [{ app: '../x' }, 'APP_INVALID', 'tasks.1.app'],
  [{ app: null }, 'APP_INVALID', 'tasks.1.app'],
  [{ param: '{' }, 'PARAM_INVALID', 'tasks.1.param'],
  [{ dependsOn: ['x'] }, 'DEPENDENCY_UNKNOWN', 'tasks.1.dependsOn'],
])('nothing is written of a call with a task that is refused: %j', async (changes, code, field) => {
  const { commands, store } = setUp()
  expect(await commands.create(caller, { ...create, tasks: [task(), task(changes)] })).toMatchObject({ refusal: { code, field } })
  expect(await store.readAll({ from: null, direction: 'forwards', limit: 10 })).toEqual([])
})

test('a queue’s app is that of tasks that name none', async () => {
  const { commands } = setUp()
  const { queueId } = await commands.create(caller, { ...create, app: 'other' })
  const { events } = await commands.add(caller, { queue: queueId ?? '', tasks: [task({ app: null })], idempotencyKey: null })
  expect(events.find(({ event }) => event.type === 'TaskRequested')?.event.data).toMatchObject({ app: 'other' })
})

test('tasks for a queue that is not open are refused before anything of them is written', async () => {
  const { commands, store } = setUp()
  const { queueId } = await commands.create(caller, { ...create, commit: true })
  const before = await store.head()
  expect(await commands.add(caller, { queue: queueId ?? '', tasks: [task()], idempotencyKey: null })).toMatchObject({
    refusal: { code: 'QUEUE_NOT_OPEN' },
  })
  expect(await commands.add(caller, { queue: '0'.repeat(16), tasks: [task()], idempotencyKey: null })).toMatchObject({
    refusal: { code: 'QUEUE_UNKNOWN' },
  })
  expect(await store.head()).toBe(before)
})
