import { taskStream } from '@elves/core/domain/task/task.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, RetryPolicy, TaskOutcome } from '@elves/schemas/generated/types.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { caller, ended, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

let all: Awaited<ReturnType<typeof instances>>
beforeEach(async () => {
  all = await instances(null, { deadlineGraceMs: 300 })
})
afterEach(() => all.close())

const retry: RetryPolicy = { attempts: 3, delayMs: 30, factor: 1, maxDelayMs: 1_000, on: ['FAILED'] }
const never = { startWithinMs: 600_000 }

async function eventsOf(taskId: string | null) {
  return (await (await all.database.store()).readStream(taskStream(taskId ?? ''))).map(({ event }) => event)
}

async function typesOf(taskId: string | null): Promise<string[]> {
  return (await eventsOf(taskId)).map(({ type }) => type)
}

/** Resolves when the last event of the task is this one. */
async function untilLast(taskId: string | null, type: string): Promise<void> {
  await until(async () => (await typesOf(taskId)).at(-1) === type, type)
}

function end(agent: TestAgent, taskId: string | null, outcome: TaskOutcome, attempt: number): void {
  const { name, value } = ended(taskId ?? '', outcome, attempt)
  agent.say(encode(name, value as never))
}

async function goodbye(agent: TestAgent): Promise<void> {
  agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
  await agent.closed()
}

/** Makes an agent known that is not connected. */
async function absent(url: string): Promise<AgentHello> {
  const hello = testHello()
  await goodbye(await TestAgent.join(url, hello))
  return hello
}

const attemptsHeard = (agent: TestAgent) => agent.all('RunTask').map(({ attempt }) => attempt)

describe('a task that waits for its agent', () => {
  // Without Kafka an instruction leaves only from the instance that holds the link, and the owner of the table is the first one.
  it('is dispatched once when the agent connects, whatever instance took it', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const hello = await absent(one.url)
    const { taskId, refusal } = await other.commands.runTask(caller, request({ agent: hello.ip, ...never }))
    expect(refusal).toBeNull()
    expect(await typesOf(taskId)).toEqual(['TaskRequested', 'TaskWaiting'])
    const agent = await TestAgent.join(one.url, hello)
    const instruction = await agent.heard('RunTask')
    expect(instruction).toMatchObject({ taskId, attempt: 1, param: { inline: '{"a": 1}' }, correlationId: 'c-1' })
    end(agent, taskId, 'SUCCEEDED', 1)
    await untilLast(taskId, 'TaskSucceeded')
    expect(await typesOf(taskId)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskDispatched', 'TaskSucceeded'])
    expect(attemptsHeard(agent)).toEqual([1])
  })

  it('is dispatched by the instance that is left', async () => {
    const one = await all.command('one')
    const hello = await absent(one.url)
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, ...never }))
    await one.stop()
    const other = await all.command('other')
    const agent = await TestAgent.join(other.url, hello)
    expect((await agent.heard('RunTask')).taskId).toBe(taskId)
  })

  it('is skipped when its time runs out, and a client that waits hears of it', async () => {
    const one = await all.command('one')
    const hello = await absent(one.url)
    const { events } = await one.commands.runTask(caller, request({ agent: hello.agentId, startWithinMs: 200, wait: true }))
    expect(events.map(({ event }) => event.type)).toEqual(['TaskRequested', 'TaskWaiting', 'TaskSkipped'])
    expect(events.at(-1)).toMatchObject({
      event: { data: { failure: { code: 'START_EXPIRED' } } },
      context: { actor: { kind: 'SYSTEM', id: 'waiting-tasks' }, correlationId: 'c-1' },
    })
    const agent = await TestAgent.join(one.url, hello)
    expect((await one.commands.runTask(caller, request({ agent: hello.agentId }))).refusal).toBeNull()
    expect((await agent.heard('RunTask')).taskId).not.toBe(events[0]?.stream.slice('task-'.length))
  })

  it('is skipped when its agent is removed', async () => {
    const one = await all.command('one')
    const hello = await absent(one.url)
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, ...never }))
    const remove = one.handlers.find(({ command }) => command.name === 'removeAgent')
    await remove?.handle(caller, { agent: hello.agentId, reason: null, idempotencyKey: null } as never)
    await untilLast(taskId, 'TaskSkipped')
    expect((await eventsOf(taskId)).at(-1)).toMatchObject({ data: { failure: { code: 'AGENT_REMOVED' } } })
  })

  it('is cancelled at once, and not dispatched any more', async () => {
    const one = await all.command('one')
    const hello = await absent(one.url)
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, ...never }))
    const next = await one.commands.runTask(caller, request({ agent: hello.agentId, ...never }))
    await one.commands.cancelTask(caller, { id: taskId ?? '', reason: null, idempotencyKey: null })
    const agent = await TestAgent.join(one.url, hello)
    await until(() => attemptsHeard(agent).length > 0, 'the other task')
    expect(agent.all('RunTask').map((run) => run.taskId)).toEqual([next.taskId])
    expect((await typesOf(taskId)).slice(-2)).toEqual(['TaskCancelRequested', 'TaskCancelled'])
  })
})

describe('a task with a retry', () => {
  it('is tried again after each delay, until it succeeds; the client that waits gets all attempts', async () => {
    const one = await all.command('one')
    const hello = testHello()
    const agent = await TestAgent.join(one.url, hello)
    agent.onMessage = ({ name, value }) => {
      if (name === 'RunTask') end(agent, value.taskId, value.attempt < 3 ? 'FAILED' : 'SUCCEEDED', value.attempt)
    }
    const { events } = await one.commands.runTask(caller, request({ agent: hello.agentId, retry, wait: true }))
    const tried = ['TaskDispatched', 'TaskAttemptEnded', 'TaskWaiting']
    expect(events.map(({ event }) => event.type)).toEqual(['TaskRequested', ...tried, ...tried, 'TaskDispatched', 'TaskSucceeded'])
    expect(attemptsHeard(agent)).toEqual([1, 2, 3])
    // Each report is caused by the dispatch of its attempt.
    const dispatches = events.filter(({ event }) => event.type === 'TaskDispatched').map(({ id }) => id)
    const reported = events.filter(({ event }) => event.type === 'TaskAttemptEnded' || event.type === 'TaskSucceeded')
    expect(reported.map(({ context }) => context.causationId)).toEqual(dispatches)
  })

  it('ends with the last attempt', async () => {
    const one = await all.command('one')
    const hello = testHello()
    const agent = await TestAgent.join(one.url, hello)
    agent.onMessage = ({ name, value }) => {
      if (name === 'RunTask') end(agent, value.taskId, 'FAILED', value.attempt)
    }
    const { events } = await one.commands.runTask(caller, request({ agent: hello.agentId, retry: { ...retry, attempts: 2 }, wait: true }))
    expect(events.at(-1)?.event).toMatchObject({ type: 'TaskFailed', data: { attempt: 2 } })
  })

  it('waits for its agent when the delay is over, over a change of the instance too', async () => {
    const one = await all.command('one')
    const hello = testHello()
    const agent = await TestAgent.join(one.url, hello)
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, retry }))
    await agent.heard('RunTask')
    end(agent, taskId, 'FAILED', 1)
    await goodbye(agent)
    await untilLast(taskId, 'TaskWaiting')
    await one.stop()
    const other = await all.command('other')
    const back = await TestAgent.join(other.url, hello)
    expect(await back.heard('RunTask')).toMatchObject({ taskId, attempt: 2 })
  })

  it('is cancelled between two attempts', async () => {
    const one = await all.command('one')
    const hello = testHello()
    const agent = await TestAgent.join(one.url, hello)
    const { taskId } = await one.commands.runTask(
      caller,
      request({ agent: hello.agentId, retry: { ...retry, delayMs: 600_000, maxDelayMs: 600_000 } }),
    )
    await agent.heard('RunTask')
    end(agent, taskId, 'FAILED', 1)
    await untilLast(taskId, 'TaskWaiting')
    const { events } = await one.commands.cancelTask(caller, { id: taskId ?? '', reason: 'enough', idempotencyKey: null })
    expect(events.at(-1)?.event).toMatchObject({ type: 'TaskCancelled', data: { attempt: 1, reason: 'enough' } })
  })

  it('loses no deadline while it waits, and its table is empty at the end', async () => {
    const one = await all.command('one')
    const hello = testHello()
    const agent = await TestAgent.join(one.url, hello)
    agent.onMessage = ({ name, value }) => {
      if (name === 'RunTask') end(agent, value.taskId, value.attempt < 2 ? 'FAILED' : 'SUCCEEDED', value.attempt)
    }
    const { taskId } = await one.commands.runTask(caller, request({ agent: hello.agentId, retry, wait: true }))
    await until(async () => {
      const tables = ['waiting_tasks', 'open_attempts'].map((table) => one.pool.query(`select 1 from elves.${table} where task_id = '${taskId}'`))
      return (await Promise.all(tables)).every(({ rowCount }) => rowCount === 0)
    }, 'empty tables')
    expect((await typesOf(taskId)).at(-1)).toBe('TaskSucceeded')
  })
})
