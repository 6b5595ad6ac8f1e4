import type { AnswerOf, AnyCommand, InputOf } from '@elves/core/command-api/command.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { createWebhook } from '@elves/core/command-api/create-webhook.ts'
import { retryDeadLetter } from '@elves/core/command-api/retry-dead-letter.ts'
import { setAsideDeadLetter } from '@elves/core/command-api/set-aside-dead-letter.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { appendDamaged } from '@elves/tests/support/damaged-event.ts'
import { type WebhookReceiver, webhookReceiver } from '@elves/tests/support/webhook-receiver.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

let all: Awaited<ReturnType<typeof instances>>
let center: Awaited<ReturnType<typeof all.command>>
let other: typeof center
let receiver: WebhookReceiver | null
beforeEach(async () => {
  all = await instances()
  center = await all.command('center')
  other = await all.command('other')
  receiver = null
})
afterEach(async () => {
  await receiver?.close()
  await all.close()
})

const paused: DomainEvent = { type: 'SchedulePaused', data: { at: 1, idempotencyKey: null } }
const somebody = { ...caller, actor: { kind: 'LOCAL', id: 'ann', name: 'Ann' } } as const

function call<Asked extends AnyCommand>(command: Asked, input: InputOf<Asked>): Promise<AnswerOf<Asked>> {
  // The instance that has no lease does it, too.
  return callHandler(other.handlers)(command, caller, input)
}

async function schedule(): Promise<string> {
  const hello = testHello()
  await TestAgent.join(center.url, hello)
  const input = { rule: '0 0 0 1 1 ?', timeZone: 'UTC', agent: hello.agentId, app: 'apptest', func: 'hello' }
  const answer = await callHandler(center.handlers)(createSchedule, caller, input)
  expect(answer.refusal).toBeNull()
  return answer.scheduleId ?? ''
}

async function letters(handler: string): Promise<readonly { id: string; attempts: number; code: string; aside: boolean }[]> {
  const text = `select id, attempts, code, set_aside_at is not null as aside from elves.dead_letters where handler = $1 order by id`
  return (await all.database.pool.query<{ id: string; attempts: number; code: string; aside: boolean }>(text, [handler])).rows
}

async function letterOf(handler: string): Promise<string> {
  await until(async () => (await letters(handler)).length === 1, `a dead letter of ${handler}`)
  return (await letters(handler))[0]?.id ?? ''
}

async function stateOf(scheduleId: string): Promise<string> {
  const text = `select state from elves.schedule_periods where schedule_id = $1 and state <> 'CLOSED'`
  return (await all.database.pool.query<{ state: string }>(text, [scheduleId])).rows[0]?.state ?? ''
}

it('a stream that is set apart is tried when somebody asks: it stays until it can be read, then goes on without a restart', async () => {
  const id = await schedule()
  const { mend } = await appendDamaged(all.database.pool, scheduleStream(id), paused)
  const deadLetter = await letterOf('deadlines')

  const failed = await call(retryDeadLetter, { deadLetter })
  expect(failed.events.map(({ event }) => event.type)).toEqual(['DeadLetterRetryRequested', 'DeadLetterRetryFailed'])
  expect(await letters('deadlines')).toMatchObject([{ attempts: 2, code: 'EVENT_UNREADABLE', aside: false }])

  await mend()
  const settled = await call(retryDeadLetter, { deadLetter })
  expect(settled.events.at(-1)?.event).toMatchObject({ type: 'DeadLetterSettled', data: { handler: 'deadlines', stream: scheduleStream(id) } })
  expect(await letters('deadlines')).toEqual([])
  expect(await stateOf(id)).toBe('PAUSED')
  expect(await call(retryDeadLetter, { deadLetter })).toMatchObject({ refusal: { code: 'DEAD_LETTER_UNKNOWN' } })
})

it('set aside, it stays parked and is counted no longer; who did it, and why, is in the log', async () => {
  await appendDamaged(all.database.pool, scheduleStream(await schedule()), paused)
  const deadLetter = await letterOf('deadlines')
  const metric = () => center.registry.getSingleMetricAsString('elves_dead_letters')
  expect(await metric()).toMatch(/^elves_dead_letters 1$/m)
  const answer = await callHandler(other.handlers)(setAsideDeadLetter, somebody, { deadLetter, reason: 'of a test' })
  expect(answer.events).toMatchObject([
    {
      event: { type: 'DeadLetterSetAside', data: { reason: 'of a test', parked: { handler: 'deadlines', type: 'SchedulePaused' } } },
      context: { actor: somebody.actor },
    },
  ])
  expect(await letters('deadlines')).toMatchObject([{ id: deadLetter, aside: true }])
  expect(await metric()).toMatch(/^elves_dead_letters 0$/m)
})

it('an event that webhooks could not read is delivered when it is tried again, to those that were there, once', async () => {
  receiver = await webhookReceiver()
  const id = await schedule()
  const made = await call(createWebhook, { url: receiver.url, filter: { types: ['SchedulePaused'] } })
  receiver.secret = made.refusal ? '' : (made.secret ?? '')
  const { mend } = await appendDamaged(all.database.pool, scheduleStream(id), paused)
  const deadLetter = await letterOf('webhooks')
  await call(createWebhook, { url: receiver.url, filter: { types: ['SchedulePaused'] } })
  await mend()
  const settled = await call(retryDeadLetter, { deadLetter })
  expect(settled.events.at(-1)?.event).toMatchObject({ type: 'DeadLetterSettled', data: { done: 'deliveries of it: 1' } })
  await until(() => receiver?.received.length === 1, 'the delivery')
  expect(receiver.received[0]?.body).toMatchObject({ type: 'SchedulePaused', data: { stream: scheduleStream(id) } })
  expect(await letters('webhooks')).toEqual([])
})

it('refuses a dead letter that is not there', async () => {
  for (const deadLetter of ['1', '', 'x', '99999999999999999999']) {
    expect(await call(retryDeadLetter, { deadLetter })).toMatchObject({ refusal: { code: 'DEAD_LETTER_UNKNOWN' } })
    expect(await call(setAsideDeadLetter, { deadLetter })).toMatchObject({ refusal: { code: 'DEAD_LETTER_UNKNOWN' } })
  }
})
