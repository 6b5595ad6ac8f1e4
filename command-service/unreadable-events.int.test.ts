import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { fireId } from '@elves/core/domain/schedule/fire-id.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { appendDamaged } from '@elves/tests/support/damaged-event.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { callHandler } from './command-handlers.ts'
import { caller, ended, request } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { TestAgent, testHello } from './tests/test-agent.ts'

// Schedules fire each second, and an instance is started again.
vi.setConfig({ testTimeout: 60_000 })

let all: Awaited<ReturnType<typeof instances>>
let center: Awaited<ReturnType<typeof all.command>>
beforeEach(async () => {
  all = await instances()
  center = await all.command('center')
})
afterEach(() => all.close())

const paused: DomainEvent = { type: 'SchedulePaused', data: { at: 1, idempotencyKey: null } }
const damage = (stream: string, event: DomainEvent = paused) => appendDamaged(all.database.pool, stream, event)
const until = (condition: () => Promise<boolean>, what: string) => waitFor(condition, { what, everyMs: 50, timeoutMs: 30_000 })

/** An agent that ends each task at once. */
async function workingAgent(given = testHello()): Promise<string> {
  const agent = await TestAgent.join(center.url, given)
  agent.onMessage = ({ name, value }) => {
    if (name !== 'RunTask') return
    const { taskId, attempt } = value as { taskId: string; attempt: number }
    const message = ended(taskId, 'SUCCEEDED', attempt)
    agent.say(encode(message.name, message.value as never))
  }
  return given.agentId
}

/** An agent that said goodbye: tasks wait for it. */
async function awayAgent(given = testHello()): Promise<string> {
  const agent = await TestAgent.join(center.url, given)
  agent.say(encode('AgentGoodbye', { reason: 'STOPPED' }))
  await agent.closed()
  return given.agentId
}

async function everySecond(agent: string): Promise<string> {
  const input = { rule: '* * * * * ?', timeZone: 'UTC', agent, app: 'apptest', func: 'hello', startWithinMs: 600_000 }
  const answer = await callHandler(center.handlers)(createSchedule, caller, input)
  expect(answer.refusal).toBeNull()
  return answer.scheduleId ?? ''
}

/** The last instant that a schedule has dealt with, by the table; ms since the epoch. */
async function settled(scheduleId: string): Promise<number> {
  const text = `select max(settled) as settled from elves.schedule_periods where schedule_id = $1`
  return Number((await all.database.pool.query<{ settled: string }>(text, [scheduleId])).rows[0]?.settled)
}

async function fires(scheduleId: string, seconds: number): Promise<void> {
  const after = (await settled(scheduleId)) + seconds * 1_000
  await until(async () => (await settled(scheduleId)) >= after, `${seconds} more instants`)
}

async function queue(agent: string, commit = true): Promise<{ id: string; tasks: readonly string[] }> {
  const tasks = ['first', 'second'].map((key) => ({ key, agent, app: 'apptest', func: 'hello' }))
  const answer = await callHandler(center.handlers)(createQueue, caller, { name: null, app: null, tasks, commit })
  expect(answer.refusal).toBeNull()
  const streams = await all.database.pool.query<{ id: string }>(`select task_id as id from elves.queue_tasks where queue_id = $1`, [answer.queueId])
  return { id: answer.queueId ?? '', tasks: streams.rows.map(({ id }) => id) }
}

async function typesOf(stream: string): Promise<readonly string[]> {
  const text = 'select type from elves.events where stream_id = $1 order by stream_version'
  return (await all.database.pool.query<{ type: string }>(text, [stream])).rows.map(({ type }) => type)
}

const has = (stream: string, type: string) => until(async () => (await typesOf(stream)).includes(type), `${type} in ${stream}`)

async function letters(): Promise<readonly string[]> {
  const text = `select stream from elves.dead_letters where handler = 'deadlines' order by id`
  return (await all.database.pool.query<{ stream: string }>(text)).rows.map(({ stream }) => stream)
}

const isParked = (stream: string) => until(async () => (await letters()).includes(stream), `${stream} to be set apart`)

it('an unreadable event of a schedule makes it stand still, and no other; what was done to it holds once a release reads it', async () => {
  const away = await awayAgent()
  const [hurt, well] = [await everySecond(away), await everySecond(away)]
  await Promise.all([fires(hurt, 1), fires(well, 1)])
  const { mend } = await damage(scheduleStream(hurt))
  await isParked(scheduleStream(hurt))
  const last = await settled(hurt)
  await fires(well, 3)
  expect([await settled(hurt), center.isReady()]).toEqual([last, true])
  expect(await center.registry.getSingleMetricAsString('elves_dead_letters')).toMatch(/^elves_dead_letters 1$/m)

  await mend()
  await center.stop()
  center = await all.command('of-a-later-release')
  await until(async () => (await letters()).length === 0, 'the schedule to be read')
  await fires(well, 2)
  expect((await typesOf(scheduleStream(hurt))).slice(-1)).toEqual(['SchedulePaused'])
  const { rows } = await all.database.pool.query(`select state from elves.schedule_periods where schedule_id = $1 and state <> 'CLOSED'`, [hurt])
  expect(rows).toEqual([{ state: 'PAUSED' }])
})

it('an instant whose task can not be read keeps its schedule waiting, and no other', async () => {
  const away = await awayAgent()
  const [hurt, well] = [await everySecond(away), await everySecond(away)]
  await fires(hurt, 1)
  const instant = Math.ceil(Date.now() / 1_000) * 1_000 + 2_000
  await damage(taskStream(fireId(hurt, instant)))
  await until(async () => (await settled(well)) >= instant + 3_000, 'the other schedule to be beyond the instant')
  expect(await settled(hurt)).toBe(instant - 1_000)
})

it('an unreadable event of a task or of a queue holds up that queue, and no other', async () => {
  const agent = await workingAgent()
  const ofTask = await queue(agent, false)
  const ofQueue = await queue(agent, false)
  await until(async () => (await all.database.pool.query('select from elves.queue_tasks')).rowCount === 4, 'the tasks of both')
  const { rows } = await all.database.pool.query<{ id: string }>(`select task_id as id from elves.queue_tasks where queue_id = $1`, [ofTask.id])
  const [hurt = '', sound = ''] = rows.map(({ id }) => taskStream(id))
  await damage(hurt)
  await callHandler(center.handlers)(commitQueue, caller, { queue: ofTask.id })
  await callHandler(center.handlers)(commitQueue, caller, { queue: ofQueue.id })
  const { id } = await queue(agent)
  await has(queueStream(id), 'QueueEnded')
  await has(sound, 'TaskSucceeded')
  await has(queueStream(ofQueue.id), 'QueueEnded')
  expect(await typesOf(hurt)).not.toContain('TaskDispatched')
  expect(await typesOf(queueStream(ofTask.id))).not.toContain('QueueEnded')

  const late = await queue(await awayAgent())
  await has(queueStream(late.id), 'QueueCommitted')
  await damage(queueStream(late.id))
  await isParked(queueStream(late.id))
  await has(queueStream((await queue(agent)).id), 'QueueEnded')
  expect(await typesOf(queueStream(late.id))).not.toContain('QueueEnded')
  expect(center.isReady()).toBe(true)
})

it('what waits runs out and is dispatched beside an agent and a task that can not be read', async () => {
  const hello = testHello()
  const [hurtAgent, coming] = [await awayAgent(), await awayAgent(hello)]
  const run = async (agent: string, startWithinMs: number) => {
    const { taskId } = await center.commands.runTask(caller, request({ agent, wait: false, startWithinMs }))
    return taskStream(taskId ?? '')
  }
  const [ofHurt, hurt, brief, dispatched] = [
    await run(hurtAgent, 60_000),
    await run(coming, 2_000),
    await run(coming, 2_000),
    await run(coming, 60_000),
  ]
  await damage(agentLinkStream(hurtAgent))
  await damage(hurt)
  await isParked(hurt)
  await has(brief, 'TaskSkipped')
  await workingAgent({ ...hello, bootId: 'later' })
  await has(dispatched, 'TaskSucceeded')
  expect(await typesOf(hurt)).not.toContain('TaskSkipped')
  expect(await typesOf(ofHurt)).toEqual(['TaskRequested', 'TaskWaiting'])
})
