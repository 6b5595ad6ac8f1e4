import { failedOutput } from '@elves/schemas/codec/value.ts'
import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { taskDecider } from './decide.ts'
import type { TaskEvent } from './events.ts'
import { taskStateOf } from './state.ts'
import { agentId, app, now, requestTask, running, sent } from './testing.ts'

const task = (past: readonly TaskEvent[]) => given(taskDecider, past)
const secrets = [{ name: 'db', version: 2 }]
const use = { type: 'UseSecrets', attempt: 1, secrets, fingerprint: 'SHA256:x' } as const
const used: TaskEvent = { type: 'TaskSecretsUsed', data: { agentId, app, attempt: 1, secrets, fingerprint: 'SHA256:x' } }
const failure = { code: 'SECRET_GONE', message: 'there is no secret db any more' }
const withhold = { type: 'WithholdSecrets', attempt: 1, failure, now } as const
const end = { agentId, app, attempt: 1, happenedAt: now, failure, output: failedOutput(failure.message), killed: null }

test('the use of secrets is told once for the same values, and again for others', () => {
  task(sent).when(use).then([used])
  task(sent).when(use, use).then([])
  task([...sent, used])
    .when({ ...use, secrets: [{ name: 'db', version: 3 }] })
    .then([{ type: 'TaskSecretsUsed', data: { ...used.data, secrets: [{ name: 'db', version: 3 }] } } as TaskEvent])
})

test('nothing is told of an attempt that is not to be sent any more', () => {
  task(running).when(use).then([])
  task(sent)
    .when({ ...use, attempt: 2 })
    .then([])
})

test('an attempt whose secrets are gone has failed, for it surely never ran', () => {
  task(sent)
    .when(withhold)
    .then([{ type: 'TaskFailed', data: { ...end, isLate: false } }])
})

test('what may have been sent is not called failed', () => {
  task([...sent, used])
    .when(withhold)
    .then([])
  task(running).when(withhold).then([])
})

test('a retry waits for the secret as for anything else', () => {
  const retry = { attempts: 2, delayMs: 10, factor: 1, maxDelayMs: 10, on: ['FAILED'] } as const
  const decided = taskDecider.decide({ ...requestTask, retry }, taskDecider.initialState) as readonly TaskEvent[]
  const next = taskDecider.decide(withhold, taskStateOf(decided.map((event) => ({ event })))) as readonly TaskEvent[]
  expect(next.map(({ type }) => type)).toEqual(['TaskAttemptEnded', 'TaskWaiting'])
})

test.each([
  ['{"$secret":"db","x":1}', 'SECRET_REFERENCE_INVALID'],
  [JSON.stringify(Array.from({ length: 33 }, (_, index) => ({ $secret: `s${index}` }))), 'SECRET_REFERENCE_INVALID'],
] as const)('refuses the parameter %.30s', (param, code) => {
  task([])
    .when({ ...requestTask, param })
    .then(code)
})
