import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { stopQueue } from '@elves/core/command-api/stop-queue.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate, taskStream } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { TaskOutcome } from '@elves/schemas/generated/types.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller, ended } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

let all: Awaited<ReturnType<typeof instances>>
type Instance = Awaited<ReturnType<typeof all.command>>
beforeEach(async () => {
  all = await instances(null)
})
afterEach(() => all.close())

/** An agent that ends each task at once, by its function: `ok`, `bad`, or never. */
async function workingAgent(url: string): Promise<TestAgent & { ip: string }> {
  const hello = testHello()
  const agent = await TestAgent.join(url, hello)
  agent.onMessage = ({ name, value }) => {
    if (name !== 'RunTask') return
    const { taskId, func, attempt } = value as { taskId: string; func: string; attempt: number }
    if (func !== 'never') say(agent, taskId, func === 'ok' ? 'SUCCEEDED' : 'FAILED', attempt)
  }
  return Object.assign(agent, { ip: hello.ip })
}

function say(agent: TestAgent, taskId: string, outcome: TaskOutcome, attempt = 1): void {
  const message = ended(taskId, outcome, attempt)
  agent.say(encode(message.name, message.value as never))
}

const call = (instance: Instance) => callHandler(instance.handlers)

async function log(): Promise<readonly RecordedEvent[]> {
  return (await all.database.store()).readAll({ from: null, direction: 'forwards', limit: 100_000 })
}

async function queueEnd(id: string): Promise<string | null> {
  const event = (await (await all.database.store()).readStream(queueStream(id))).at(-1)?.event
  return event?.type === 'QueueEnded' ? event.data.outcome : null
}

async function lastOf(taskId: string): Promise<RecordedEvent['event'] | undefined> {
  return (await (await all.database.store()).readStream(taskStream(taskId))).at(-1)?.event
}

const idsOf = (events: readonly RecordedEvent[]) => [...new Set(events.flatMap(({ stream }) => taskAggregate.idOf(stream) ?? []))]

describe('the queue runner', () => {
  it('runs random dependencies in their order, skips what hangs on a failure, also where its owner dies and another takes over', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const agents = [await workingAgent(other.url), await workingAgent(other.url), await workingAgent(other.url)]
    const random = (below: number) => Math.floor(Math.random() * below)
    const tasks = Array.from({ length: 150 }, (_, index) => ({
      key: `k${index}`,
      agent: agents[index % agents.length]?.ip ?? '',
      app: 'apptest',
      func: index % 40 === 39 ? 'bad' : 'ok',
      dependsOn: index === 0 ? [] : Array.from({ length: random(3) }, () => `k${random(index)}`),
    }))
    const { queueId, events, refusal } = await call(other)(createQueue, caller, { tasks })
    expect(refusal).toBeNull()
    const ids = idsOf(events)
    const id = queueId ?? ''
    await call(other)(commitQueue, caller, { queue: id })
    // Without Kafka, the owner can't reach the agents of the other instance: all that it releases is in flight when it goes.
    await until(async () => (await log()).some(({ event }) => event.type === 'TaskDispatched'), 'the first dispatch')
    await one.stop()
    await until(async () => (await queueEnd(id)) !== null, 'the end of the queue')
    expect(await queueEnd(id)).toBe('FAILED')
    const whole = await log()
    const at = new Map<string, { dispatched: number[]; end: number; type: string }>(
      ids.map((taskId) => [taskId, { dispatched: [], end: -1, type: '' }]),
    )
    for (const [index, { stream, event }] of whole.entries()) {
      const task = at.get(taskAggregate.idOf(stream) ?? '')
      if (!task) continue
      if (event.type === 'TaskDispatched') task.dispatched.push(index)
      if (isEnd(event.type)) Object.assign(task, { end: index, type: event.type })
    }
    for (const [index, { dependsOn, func }] of tasks.entries()) {
      const task = at.get(ids[index] ?? '')
      const parents = dependsOn.map((key) => at.get(ids[Number(key.slice(1))] ?? ''))
      const mayRun = parents.every((parent) => parent?.type === 'TaskSucceeded')
      expect(task?.type).toBe(mayRun ? (func === 'ok' ? 'TaskSucceeded' : 'TaskFailed') : 'TaskSkipped')
      expect(task?.dispatched).toHaveLength(mayRun ? 1 : 0)
      if (mayRun) for (const parent of parents) expect(task?.dispatched[0]).toBeGreaterThan(parent?.end ?? Number.POSITIVE_INFINITY)
    }
  })

  it('skips what waits of a stopped queue, cancels what runs where asked, and ends it when all has ended', async () => {
    const one = await all.command('one')
    const agent = await workingAgent(one.url)
    const content = { agent: agent.ip, app: 'apptest' }
    const tasks = [
      { ...content, key: 'a', func: 'never' },
      { ...content, func: 'ok', dependsOn: ['a'] },
    ]
    const { queueId, events } = await call(one)(createQueue, caller, { tasks, commit: true })
    const [running, waiting] = idsOf(events)
    await agent.heard('RunTask')
    await call(one)(stopQueue, caller, { queue: queueId ?? '', reason: 'enough' })
    await until(async () => (await lastOf(waiting ?? ''))?.type === 'TaskSkipped', 'the skip')
    expect((await lastOf(waiting ?? ''))?.data).toMatchObject({ failure: { code: 'QUEUE_STOPPED', message: expect.stringContaining('enough') } })
    expect(agent.all('CancelTask')).toEqual([])
    await call(one)(stopQueue, caller, { queue: queueId ?? '', cancelRunning: true })
    expect(await agent.heard('CancelTask')).toMatchObject({ taskId: running })
    expect(await queueEnd(queueId ?? '')).toBeNull()
    say(agent, running ?? '', 'CANCELLED')
    await until(async () => (await queueEnd(queueId ?? '')) === 'STOPPED', 'the end of the queue')
  })

  it('removes the rows of queues that have ended', async () => {
    const one = await all.command('one')
    const agent = await workingAgent(one.url)
    const content = { agent: agent.ip, app: 'apptest', func: 'ok' }
    const { queueId } = await call(one)(createQueue, caller, {
      tasks: [
        { ...content, key: 'a' },
        { ...content, dependsOn: ['a'] },
      ],
      commit: true,
    })
    await until(async () => (await queueEnd(queueId ?? '')) === 'SUCCEEDED', 'the end of the queue')
    const text =
      'select (select count(*) from elves.queues) + (select count(*) from elves.queue_tasks) + (select count(*) from elves.queue_dependencies) as count'
    await until(async () => (await one.pool.query<{ count: string }>(text)).rows[0]?.count === '0', 'the rows to go')
  })
})
