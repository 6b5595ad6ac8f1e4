import { taskStream } from '@elves/core/domain/task/task.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { steppedClock } from '@elves/tests/support/stepped-clock.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { acknowledged, caller, ended, request, started } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { TestAgent, testHello, until } from './tests/test-agent.ts'

const hourMs = 3_600_000

describe('a clock of the database that is set', () => {
  let all: Awaited<ReturnType<typeof instances>>
  let center: Awaited<ReturnType<(typeof all)['command']>>
  let clock: Awaited<ReturnType<typeof steppedClock>>
  const hello = testHello()
  let pinging: NodeJS.Timeout | undefined
  let agent: TestAgent

  beforeEach(async () => {
    all = await instances(null, { startAllowanceMs: 2_000, deadlineGraceMs: 500, agentLostAfterMs: 1_000, resendAfterMs: 200 })
    clock = await steppedClock(all.database.pool)
    center = await all.command('center')
    // Both process managers have their lease, so they have read the clock before its step.
    const leases = `select from elves.leases where name in ('deadlines', 'agent-presence')`
    const watched = async () => (await all.database.pool.query(leases)).rowCount === 2
    await until(watched, 'the watch of deadlines and agents')
    agent = await TestAgent.join(center.url, hello)
    pinging = setInterval(() => agent.say(encode('AgentPing', { clockMs: 1 })), 100)
  })
  afterEach(async () => {
    clearInterval(pinging)
    await all.close()
  })

  const say = (messages: readonly ReturnType<typeof started>[]) => agent.say(...messages.map(({ name, value }) => encode(name, value as never)))
  const typesOf = async (stream: string) => (await center.store.readStream(stream)).map(({ event }) => event.type)
  const lastOf = async (taskId: string) => (await typesOf(taskStream(taskId))).at(-1)

  async function running(timeoutMs: number): Promise<string> {
    const { taskId } = await center.commands.runTask(caller, request({ agent: hello.agentId, timeoutMs }))
    say([acknowledged(taskId ?? ''), started(taskId ?? '')])
    await until(async () => (await lastOf(taskId ?? '')) === 'TaskStarted', 'the start')
    return taskId ?? ''
  }

  it('forward loses no task and no agent, and each open task keeps the time that it had left', async () => {
    const long = await running(600_000)
    const short = await running(1)
    await clock.step(hourMs)
    // The run's deadline has passed by either clock. Its loss shows that the process manager has looked at the long one too.
    await until(async () => (await lastOf(short)) === 'TaskLost', 'the loss of the short one')
    expect(await lastOf(long)).toBe('TaskStarted')
    say([ended(long)])
    await until(async () => (await lastOf(long)) === 'TaskSucceeded', 'the end of the long one')
    expect(await typesOf(`agentlink-${hello.agentId}`)).toEqual(['AgentConnected'])
  })

  it('back keeps nobody from being called lost, and nothing from being sent again', async () => {
    await running(600_000)
    const { taskId } = await center.commands.runTask(caller, request({ agent: hello.agentId }))
    await clock.step(-hourMs)
    const told = () => agent.all('RunTask').filter((one) => one.taskId === taskId).length
    const before = told()
    await until(() => told() > before, 'the same instruction')
    clearInterval(pinging)
    agent.socket.terminate()
    await until(async () => (await typesOf(`agentlink-${hello.agentId}`)).includes('AgentLost'), 'the loss of the agent')
  })
})
