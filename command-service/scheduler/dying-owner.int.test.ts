import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller } from '../tests/center.ts'
import { type FaultPoint, type InstanceChild, instanceChild } from '../tests/instance-child.ts'
import { instances } from '../tests/instances.ts'
import { expectComplete, type ScheduleStory, storyOf } from '../tests/schedule-story.ts'
import { TestAgent, testHello } from '../tests/test-agent.ts'

/** Owners of the scheduler in processes of their own that are killed and stopped. */

// A dozen processes are started, and leases run out.
vi.setConfig({ testTimeout: 180_000 })

let all: Awaited<ReturnType<typeof instances>>
let store: EventStore
let children: InstanceChild[]
beforeEach(async () => {
  all = await instances()
  store = await all.database.store()
  children = []
})
afterEach(async () => {
  await Promise.all(children.map((one) => one.kill()))
  await all.close()
})

const policies = ['SKIP', 'FIRE_ONCE', 'FIRE_ALL'] as const

interface Schedules {
  /** Each fires every second; they differ in what becomes of misfires. */
  readonly byPolicy: readonly string[]
  /** Its tasks are refused, because the agent is offline. */
  readonly refused: string
  /** Has its last instant soon. */
  readonly ending: string
}

/** Makes schedules for an agent that is gone, so that tasks wait. The instance that makes them has ended when this resolves. */
async function madeSchedules(): Promise<Schedules> {
  const maker = await all.command('maker')
  const hello = testHello()
  const agent = await TestAgent.join(maker.url, hello)
  agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
  await agent.closed()
  const common = { rule: '* * * * * ?', timeZone: 'UTC', agent: hello.agentId, app: 'apptest', func: 'hello', startWithinMs: 600_000 }
  const create = async (input: object) => {
    const answer = await callHandler(maker.handlers)(createSchedule, caller, { ...common, ...input })
    expect(answer.refusal).toBeNull()
    return answer.scheduleId ?? ''
  }
  const byPolicy = await Promise.all(policies.map((misfire) => create({ misfire })))
  const refused = await create({ misfire: 'FIRE_ALL', startWithinMs: 0 })
  const ending = await create({ misfire: 'FIRE_ALL', endsAt: Date.now() + 4_000 })
  await maker.stop()
  return { byPolicy, refused, ending }
}

async function start(name: string, fault: FaultPoint | null = null): Promise<InstanceChild> {
  const child = await instanceChild(all.database.url, name, fault)
  children.push(child)
  return child
}

/** A lease runs out in 3 s; the rest is for a slow machine. */
const until = (condition: () => Promise<boolean>, what: string) => waitFor(condition, { what, everyMs: 50, timeoutMs: 60_000 })

async function owner(): Promise<string> {
  const text = `select owner from elves.leases where name = 'scheduler' and expires_at > clock_timestamp()`
  return (await all.database.pool.query<{ owner: string }>(text)).rows[0]?.owner ?? ''
}

const firesOf = async (scheduleId: string) => (await storyOf(store, scheduleId)).fires.length

async function moreFires(scheduleId: string, more: number): Promise<void> {
  const before = await firesOf(scheduleId)
  await until(async () => (await firesOf(scheduleId)) >= before + more, `${more} more fires`)
}

function expectOnce({ fires }: ScheduleStory): void {
  expect(fires).toEqual([...new Set(fires)])
}

test('wherever an owner dies, before or after what it appends, every instant fires once or is visible as not fired', async () => {
  const { byPolicy, refused, ending } = await madeSchedules()
  const faults: FaultPoint[] = (['TaskRequested', 'ScheduleInstantsNotFired', 'ScheduleEnded'] as const).flatMap((event) => [
    { event, when: 'before' },
    { event, when: 'after' },
  ])
  for (const [index, fault] of faults.entries()) {
    const isEnded = (await storyOf(store, ending)).own.includes('ScheduleEnded')
    // Once it is durable that the schedule has ended, no owner appends that again.
    if (fault.event === 'ScheduleEnded' && isEnded) continue
    const dying = await start(`dying-${index}`, fault)
    expect(await dying.ended).toBe('SIGKILL')
    // The next owner need not wait for the end of the lease.
    await all.database.pool.query('update elves.leases set expires_at = clock_timestamp()')
  }
  await start('healthy')
  await moreFires(byPolicy[0] ?? '', 3)
  await until(async () => (await storyOf(store, ending)).own.includes('ScheduleEnded'), 'the end of a schedule')
  const stories = await Promise.all([...byPolicy, refused, ending].map((id) => storyOf(store, id)))
  for (const story of stories) expectComplete(story)
  const [skip, once, everything, none, last] = stories as [ScheduleStory, ScheduleStory, ScheduleStory, ScheduleStory, ScheduleStory]
  for (const { notFired } of [skip, once]) expect(notFired.length).toBeGreaterThan(0)
  expect(everything.notFired).toEqual([])
  expect([none.fires, new Set(none.notFired.map(({ outcome }) => outcome))]).toEqual([[], new Set(['REFUSED'])])
  expect(last.own.filter((type) => type === 'ScheduleEnded')).toHaveLength(1)
})

test('an owner that is killed, and one that stands still and goes on, are followed by another; nothing fires twice or is left out', async () => {
  const { byPolicy } = await madeSchedules()
  const byName: Record<string, InstanceChild> = { one: await start('one'), other: await start('other') }
  const everything = byPolicy.at(-1) ?? ''
  await moreFires(everything, 2)

  const killed = await owner()
  await byName[killed]?.kill()
  await until(async () => !['', killed].includes(await owner()), 'the next owner')
  await moreFires(everything, 2)

  const stalled = await owner()
  byName['third'] = await start('third')
  byName[stalled]?.child.kill('SIGSTOP')
  await until(async () => !['', stalled].includes(await owner()), 'the owner after that')
  await moreFires(everything, 2)
  byName[stalled]?.child.kill('SIGCONT')
  await moreFires(everything, 3)
  await Promise.all(children.map((one) => one.kill()))

  for (const scheduleId of byPolicy) {
    const story = await storyOf(store, scheduleId)
    expectOnce(story)
    // What a stalled owner had found due may fire although the next one had recorded it as not fired: it is shown as fired.
    const fired = new Set(story.fires)
    expectComplete({ ...story, notFired: story.notFired.filter(({ instant }) => !fired.has(instant)) })
  }
  expect((await storyOf(store, everything)).notFired).toEqual([])
})
