import { test } from 'vitest'
import { given } from '../testing/given.ts'
import { type DeadLetterEvent, deadLetterAggregate } from './dead-letter.ts'

const { decider } = deadLetterAggregate
const parked = {
  letterId: '7',
  handler: 'webhooks',
  position: '00000000-0000000000000001',
  stream: 'task-A',
  version: 3,
  type: 'TaskStarted',
  code: 'EVENT_UNREADABLE',
  message: 'no schema',
  attempts: 1,
  parkedAt: 5,
}
const retry = { type: 'RequestRetry', parked, idempotencyKey: 'k' } as const
const aside = { type: 'SetAside', parked, reason: 'seen', idempotencyKey: null } as const
const settle = { type: 'RecordSettled', handler: 'webhooks', stream: 'task-A', done: 'deliveries of it: 1' } as const
const fail = { type: 'RecordRetryFailed', code: 'EVENT_UNREADABLE', message: 'still no schema' } as const
const requested: DeadLetterEvent = { type: 'DeadLetterRetryRequested', data: { parked, idempotencyKey: 'k' } }
const setAside: DeadLetterEvent = { type: 'DeadLetterSetAside', data: { parked, reason: 'seen', idempotencyKey: null } }
const settled: DeadLetterEvent = { type: 'DeadLetterSettled', data: { handler: 'webhooks', stream: 'task-A', done: 'deliveries of it: 1' } }
const failed: DeadLetterEvent = { type: 'DeadLetterRetryFailed', data: { code: 'EVENT_UNREADABLE', message: 'still no schema' } }

test('a retry is asked for once a key, and again with another', () => {
  given(decider, []).when(retry).then([requested])
  given(decider, [requested, failed]).when(retry).then([])
  given(decider, [requested, failed])
    .when({ ...retry, idempotencyKey: null })
    .then([{ type: 'DeadLetterRetryRequested', data: { parked, idempotencyKey: null } }])
})

test('what came of a try is said once, and only after somebody asked for it', () => {
  given(decider, [requested]).when(settle).then([settled])
  given(decider, [requested]).when(fail).then([failed])
  for (const past of [[], [requested, settled], [requested, failed], [setAside]]) {
    given(decider, past).when(settle).then([])
    given(decider, past).when(fail).then([])
  }
})

test('it is set aside once, also after a try failed', () => {
  given(decider, []).when(aside).then([setAside])
  given(decider, [requested, failed]).when(aside).then([setAside])
  given(decider, [setAside]).when(aside).then([])
  given(decider, [])
    .when({ ...aside, reason: 'x'.repeat(1_025) })
    .then('REASON_TOO_LONG')
})
