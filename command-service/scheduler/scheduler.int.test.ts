import type { AnswerOf, AnyCommand, InputOf } from '@elves/core/command-api/command.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { fireSchedule } from '@elves/core/command-api/fire-schedule.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { updateSchedule } from '@elves/core/command-api/update-schedule.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { steppedClock } from '@elves/tests/support/stepped-clock.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller, ended } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { expectComplete as expectWhole, storyOf as storyIn } from '../tests/schedule-story.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

type Instances = Awaited<ReturnType<typeof instances>>
type Center = Awaited<ReturnType<Instances['command']>>

let all: Instances
beforeEach(async () => {
  all = await instances()
})
afterEach(() => all.close())

function call<Asked extends AnyCommand>(center: Center, command: Asked, input: InputOf<Asked>): Promise<AnswerOf<Asked>> {
  return callHandler(center.handlers)(command, caller, input)
}

const everySecond = { rule: '* * * * * ?', timeZone: 'UTC', app: 'apptest', func: 'hello' }

async function create(center: Center, input: Partial<InputOf<typeof createSchedule>> & { readonly agent: string }): Promise<string> {
  const answer = await call(center, createSchedule, { ...everySecond, ...input })
  expect(answer.refusal).toBeNull()
  return answer.scheduleId ?? ''
}

/** An agent that has joined. */
async function join(center: Center) {
  const hello = testHello()
  return Object.assign(await TestAgent.join(center.url, hello), { hello })
}

const storyOf = async (scheduleId: string) => storyIn(await all.database.store(), scheduleId)

async function expectComplete(scheduleId: string) {
  const story = await storyOf(scheduleId)
  expectWhole(story)
  return story
}

const firesOf = async (scheduleId: string) => (await storyOf(scheduleId)).fires.length

describe('a schedule', () => {
  it('makes a task at each instant of its rule, which its agent gets', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.agentId, param: '{"a": 1}' })
    await until(async () => (await firesOf(scheduleId)) >= 3, 'three fires')
    const { fires } = await expectComplete(scheduleId)
    const first = await agent.heard('RunTask')
    expect(first).toMatchObject({ app: 'apptest', func: 'hello', param: { inline: '{"a": 1}' } })
    expect(new Set(fires).size).toBe(fires.length)
  })

  it('is over after its last instant', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.ip, endsAt: Date.now() + 2_500 })
    await until(async () => (await storyOf(scheduleId)).own.includes('ScheduleEnded'), 'the end')
    const { fires } = await expectComplete(scheduleId)
    expect(fires.length).toBeGreaterThanOrEqual(2)
  })

  it('fires nothing while it is paused, and says which instants that were', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.agentId, paused: true })
    const other = await create(center, { agent: agent.hello.agentId })
    await until(async () => (await firesOf(other)) >= 2, 'fires of another schedule')
    expect(await firesOf(scheduleId)).toBe(0)
    await call(center, resumeSchedule, { schedule: scheduleId })
    await until(async () => (await firesOf(scheduleId)) >= 1, 'a fire')
    await call(center, pauseSchedule, { schedule: scheduleId })
    const { notFired } = await expectComplete(scheduleId)
    expect(notFired.length).toBeGreaterThanOrEqual(2)
    for (const { outcome, reason } of notFired) expect({ outcome, reason }).toEqual({ outcome: 'SKIPPED', reason: 'PAUSED: the schedule was paused' })
  })

  it('fires as it was changed', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.agentId, rule: '0 0 0 1 1 ?' })
    await call(center, updateSchedule, { schedule: scheduleId, rule: '* * * * * ?', func: 'other' })
    expect(await agent.heard('RunTask')).toMatchObject({ func: 'other' })
  })

  it('fires when somebody asks for it, once for a key, and its rule takes no notice', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.agentId, rule: '0 0 0 1 1 ?', paused: true })
    const [first, again] = [
      await call(center, fireSchedule, { schedule: scheduleId, idempotencyKey: 'k' }),
      await call(center, fireSchedule, { schedule: scheduleId, idempotencyKey: 'k' }),
    ]
    expect(first.events.map(({ event }) => event.type)).toEqual(['ScheduleCreated', 'TaskRequested', 'TaskDispatched'])
    expect(again.events.map(({ id }) => id)).toEqual(first.events.map(({ id }) => id))
  })

  it('says that a task was refused, and why', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
    await agent.closed()
    const scheduleId = await create(center, { agent: agent.hello.agentId, startWithinMs: 0 })
    await until(async () => (await storyOf(scheduleId)).notFired.length >= 1, 'a refusal')
    const { notFired } = await expectComplete(scheduleId)
    expect(notFired[0]).toMatchObject({ outcome: 'REFUSED', reason: expect.stringContaining('AGENT_OFFLINE: ') })
  })
})

describe('the task of an earlier instant', () => {
  it('lets SKIP leave instants out, and QUEUE wait for its end', async () => {
    const center = await all.command('one')
    const agent = await join(center)
    const skipping = await create(center, { agent: agent.hello.agentId, overlap: 'SKIP', func: 'skipping' })
    const queueing = await create(center, { agent: agent.hello.agentId, overlap: 'QUEUE', func: 'queueing' })
    await until(async () => (await storyOf(skipping)).notFired.length >= 2, 'two instants that were left out')
    expect(await firesOf(skipping)).toBe(1)
    expect(await firesOf(queueing)).toBe(1)
    const end = (func: string) => {
      const tasks = agent.all('RunTask').filter((one) => one.func === func)
      const { name, value } = ended(tasks.at(-1)?.taskId ?? '')
      agent.say(encode(name, value as never))
    }
    end('skipping')
    await until(async () => (await firesOf(skipping)) === 2, 'the next fire')
    end('queueing')
    await until(async () => (await firesOf(queueing)) === 2, 'the instant that waited')
    const { fires } = await storyOf(queueing)
    expect((fires[1] ?? 0) - (fires[0] ?? 0)).toBe(1000)
    await expectComplete(skipping)
  })
})

describe('an owner of the scheduler that goes away', () => {
  it('is followed by another, and every instant fired once or is visible as not fired', async () => {
    const [one, other] = [await all.command('one'), await all.command('other')]
    const agent = await join(other)
    const scheduleId = await create(other, { agent: agent.hello.agentId, misfire: 'FIRE_ALL' })
    await until(async () => (await firesOf(scheduleId)) >= 1, 'a fire')
    await one.stop()
    const before = await firesOf(scheduleId)
    await until(async () => (await firesOf(scheduleId)) >= before + 2, 'fires of the other')
    const { fires, notFired } = await expectComplete(scheduleId)
    expect(notFired).toEqual([])
    expect(new Set(fires).size).toBe(fires.length)
  })

  it.each([
    ['SKIP', (fires: number, missed: number) => expect([fires > 0, missed > 0]).toEqual([true, true])],
    ['FIRE_ONCE', (fires: number, missed: number) => expect([fires > 0, missed > 0]).toEqual([true, true])],
    ['FIRE_ALL', (_fires: number, missed: number) => expect(missed).toBe(0)],
  ] as const)('lets the policy %s decide about the instants without an owner', async (misfire, expectation) => {
    const first = await all.command('first')
    const agent = await join(first)
    const scheduleId = await create(first, { agent: agent.hello.agentId, misfire, startWithinMs: 600_000 })
    await until(async () => (await firesOf(scheduleId)) >= 1, 'a fire')
    await first.stop()
    const stoppedAt = Date.now()
    await until(() => Date.now() - stoppedAt > 3_500, 'instants that nobody fires')
    const second = await all.command('second')
    const firesBefore = await firesOf(scheduleId)
    await until(async () => (await firesOf(scheduleId)) > firesBefore + 1, 'fires')
    await second.stop()
    const { fires, notFired } = await expectComplete(scheduleId)
    expectation(fires.length, notFired.filter(({ outcome }) => outcome === 'MISSED').length)
  })
})

describe('a clock of the database that is set', () => {
  it('forward: the instants in between are misfires; back: none fires a second time', async () => {
    const clock = await steppedClock(all.database.pool)
    const center = await all.command('one')
    const agent = await join(center)
    const scheduleId = await create(center, { agent: agent.hello.agentId, misfire: 'FIRE_ONCE' })
    await until(async () => (await firesOf(scheduleId)) >= 1, 'a fire')
    const hourMs = 3_600_000
    await clock.step(hourMs)
    await until(async () => (await storyOf(scheduleId)).notFired.length > 3_500, 'the misfires')
    const before = await firesOf(scheduleId)
    await until(async () => (await firesOf(scheduleId)) > before + 1, 'a fire by the new clock')
    await clock.step(-hourMs)
    const other = await create(center, { agent: agent.hello.agentId })
    await until(async () => (await firesOf(other)) >= 2, 'fires of a new schedule by the old clock')
    const { fires, notFired } = await expectComplete(scheduleId)
    expect(new Set(fires).size).toBe(fires.length)
    expect(notFired.every(({ outcome }) => outcome === 'MISSED')).toBe(true)
  })
})
