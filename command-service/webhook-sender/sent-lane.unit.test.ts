import { afterEach, beforeEach, expect, test } from 'vitest'
import { addressRule } from './address-rule.ts'
import { SentLane } from './sent-lane.ts'
import type { OpenDelivery, SentWebhook } from './webhook-tables.ts'

const webhook: SentWebhook = {
  id: 'w',
  version: 0,
  phase: 'ACTIVE',
  isFailing: false,
  settings: { name: 'w', url: 'http://127.0.0.1:1/', filter: { types: [], apps: [], agents: [], states: [] }, secretId: 's' },
  position: 'p',
}
const key = Buffer.from('k')
const failingAfterMs = 60_000
let lane: SentLane

beforeEach(() => {
  lane = new SentLane(webhook, { rule: addressRule(''), timeoutMs: 1_000, concurrency: 2 })
  lane.become(webhook, key)
})
afterEach(() => lane.close())

function delivery(sequence: number, nextAttemptAt: number | null = null): OpenDelivery {
  const state = { isRedelivery: false, attempts: [], attemptCount: 0, firstAttemptAt: null, nextAttemptAt }
  return { id: `w-${sequence}`, webhookId: 'w', sequence, eventId: 'e', eventType: 'x', stream: `s${sequence}`, version: 0, ...state }
}

test('while as many are tried as may be, what is due waits for an outcome, not for a time', () => {
  lane.add([delivery(1), delivery(2), delivery(3, 10)])
  expect(lane.nextAt(failingAfterMs)).toBe(10)
  const [one] = [lane.start(5), lane.start(5)]
  expect([lane.start(20), lane.nextAt(failingAfterMs)]).toEqual([null, Number.POSITIVE_INFINITY])
  if (one) lane.recorded(one, true)
  expect(lane.nextAt(failingAfterMs)).toBe(10)
  expect(lane.start(20)?.sequence).toBe(3)
})

test('a success while the event of the failing is written is told after it', () => {
  lane.tried(1, 'no')
  const failing = lane.toTell(failingAfterMs + 1, failingAfterMs)
  expect(failing).toEqual({ type: 'CallFailing', since: 1, error: 'no' })
  lane.tried(failingAfterMs + 2, null)
  if (failing) lane.told(failing)
  const recovered = lane.toTell(failingAfterMs + 3, failingAfterMs)
  expect(recovered).toEqual({ type: 'CallRecovered' })
  if (recovered) lane.told(recovered)
  expect(lane.toTell(failingAfterMs + 4, failingAfterMs)).toBeNull()
})

test('a success before the failing recovers nothing', () => {
  lane.tried(1, null)
  lane.tried(2, 'no')
  const failing = lane.toTell(failingAfterMs + 2, failingAfterMs)
  expect(failing?.type).toBe('CallFailing')
  if (failing) lane.told(failing)
  expect(lane.toTell(failingAfterMs + 3, failingAfterMs)).toBeNull()
})

test('a lost secret is failing, and an earlier success does not recover it', () => {
  lane.tried(1, null)
  lane.become(webhook, null)
  const failing = lane.toTell(2, failingAfterMs)
  expect(failing).toMatchObject({ type: 'CallFailing', since: 2 })
  if (failing) lane.told(failing)
  expect(lane.toTell(3, failingAfterMs)).toBeNull()
  lane.become(webhook, key)
  expect(lane.toTell(4, failingAfterMs)).toBeNull()
  lane.tried(5, null)
  expect(lane.toTell(6, failingAfterMs)).toEqual({ type: 'CallRecovered' })
})

test('a paused webhook is not called failing, and the pause does not count', () => {
  lane.tried(1, 'no')
  lane.become({ ...webhook, phase: 'PAUSED' }, key)
  expect(lane.toTell(failingAfterMs + 1, failingAfterMs)).toBeNull()
  expect(lane.nextAt(failingAfterMs)).toBe(Number.POSITIVE_INFINITY)
  lane.become({ ...webhook, version: 2 }, key)
  expect(lane.toTell(failingAfterMs + 1, failingAfterMs)).toBeNull()
  lane.tried(failingAfterMs + 2, 'no')
  expect(lane.toTell(2 * failingAfterMs + 2, failingAfterMs)).toMatchObject({ since: failingAfterMs + 2 })
})
