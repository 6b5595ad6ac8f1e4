import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRejection } from '../decision.ts'
import type { DomainEvent } from '../events.ts'
import { given } from '../testing/given.ts'
import { nextAttemptAt } from './back-off.ts'
import { taskStateAfter, webhookMatches } from './matching.ts'
import { keyOfSecret, type WebhookSettings } from './settings.ts'
import { failedAtOnce, type WebhookCommand, type WebhookEvent, webhookAggregate } from './webhook.ts'

const { decider } = webhookAggregate
const key = { idempotencyKey: null } as const
const everything = { types: [], apps: [], states: [], agents: [] }
const settings: WebhookSettings = { name: 'chat', url: 'https://example.com/hook', filter: everything, secretId: 'S1' }
const create: WebhookCommand = { ...key, type: 'CreateWebhook', settings, after: null, isPaused: false, requestHash: 'h' }
const created: WebhookEvent = { type: 'WebhookCreated', data: { ...settings, after: null, isPaused: false, ...key, requestHash: 'h' } }
const paused: WebhookEvent = { type: 'WebhookPaused', data: key }
const deleted: WebhookEvent = { type: 'WebhookDeleted', data: key }
const failing: WebhookEvent = { type: 'WebhookFailing', data: { since: 5, error: 'HTTP 500' } }
const failure = { deliveryId: 'd', eventId: 'e', attempts: 3, error: 'HTTP 500' }
const recordFailure: WebhookCommand = { type: 'RecordDeliveryFailed', ...failure }
const deliveryFailed: WebhookEvent = { type: 'WebhookDeliveryFailed', data: failure }

describe('a webhook', () => {
  test('is made once for a key', () => {
    given(decider, []).when(create).then([created])
    given(decider, [created]).when(create).then([])
    given(decider, [created])
      .when({ ...create, requestHash: 'another' })
      .then('IDEMPOTENCY_KEY_REUSED')
  })

  test.each<[string, Partial<WebhookSettings>]>([
    ['no url', { url: 'chat' }],
    ['another protocol', { url: 'file:///etc/passwd' }],
    ['a password in the url', { url: 'https://me:secret@example.com/' }],
    ['a url that is too long', { url: `https://example.com/${'x'.repeat(2_048)}` }],
    ['a name that is too long', { name: 'x'.repeat(257) }],
    ['a type of event that is none', { filter: { ...everything, types: ['TaskExploded'] } }],
    ['a state that is none', { filter: { ...everything, states: ['GONE'] } }],
    ['too many apps', { filter: { ...everything, apps: Array.from({ length: 1_001 }, (_, nth) => `app${nth}`) } }],
  ])('with %s is refused', (_, changes) => {
    given(decider, [])
      .when({ ...create, settings: { ...settings, ...changes } })
      .then('WEBHOOK_INVALID')
  })

  test('that is unknown or deleted is refused', () => {
    for (const type of ['PauseWebhook', 'ResumeWebhook'] as const) {
      given(decider, [])
        .when({ ...key, type })
        .then('WEBHOOK_UNKNOWN')
      given(decider, [created, deleted])
        .when({ ...key, type })
        .then('WEBHOOK_DELETED')
    }
    given(decider, [created, deleted])
      .when({ ...key, type: 'DeleteWebhook' })
      .then([])
  })

  test('is paused and resumed once', () => {
    given(decider, [created])
      .when({ ...key, type: 'PauseWebhook' })
      .then([paused])
    given(decider, [created, paused])
      .when({ ...key, type: 'PauseWebhook' })
      .then([])
    given(decider, [created])
      .when({ ...key, type: 'ResumeWebhook' })
      .then([])
  })

  test('is not changed by the settings that it has', () => {
    given(decider, [created])
      .when({ ...key, type: 'ChangeWebhook', changes: { url: settings.url }, isRestarted: false })
      .then([])
    const data = { ...settings, url: 'https://example.com/other', isRestarted: false, ...key }
    given(decider, [created])
      .when({ ...key, type: 'ChangeWebhook', changes: { url: data.url }, isRestarted: false })
      .then([{ type: 'WebhookChanged', data }])
  })

  test('fails and recovers once, and tells since when', () => {
    given(decider, [created]).when({ type: 'CallFailing', since: 5, error: 'HTTP 500' }).then([failing])
    given(decider, [created, failing]).when({ type: 'CallFailing', since: 6, error: 'HTTP 500' }).then([])
    given(decider, [created]).when({ type: 'CallRecovered' }).then([])
    given(decider, [created, failing])
      .when({ type: 'CallRecovered' })
      .then([{ type: 'WebhookRecovered', data: { since: 5 } }])
  })

  test('records a failure once, until a redelivery is asked for', () => {
    given(decider, [created]).when(recordFailure).then([deliveryFailed])
    given(decider, [created, deliveryFailed]).when(recordFailure).then([])
    const asked: WebhookEvent = { type: 'WebhookRedeliveryRequested', data: { deliveryId: 'd', ...key } }
    given(decider, [created, deliveryFailed, asked]).when(recordFailure).then([deliveryFailed])
  })

  test('records all failures of one batch once, also where the batch comes again', () => {
    const batch = Array.from({ length: failedAtOnce }, (_, nth): WebhookCommand => ({ ...recordFailure, deliveryId: `d${nth}` }))
    given(decider, [created])
      .when(...batch, ...batch)
      .then([])
  })

  test('takes a key for a redelivery once', () => {
    const ask: WebhookCommand = { type: 'RequestRedelivery', deliveryId: 'd', idempotencyKey: 'k' }
    given(decider, [created]).when(ask, ask).then([])
  })

  test('keeps its invariants whatever happens: it fails at most once before it recovers, and nothing follows its deletion', () => {
    const commands: fc.Arbitrary<WebhookCommand> = fc.constantFrom<WebhookCommand>(
      create,
      { ...key, type: 'PauseWebhook' },
      { ...key, type: 'ResumeWebhook' },
      { ...key, type: 'DeleteWebhook' },
      { ...key, type: 'ChangeWebhook', changes: { name: 'other' }, isRestarted: false },
      { ...key, type: 'RequestRedelivery', deliveryId: 'd' },
      { type: 'CallFailing', since: 1, error: 'x' },
      { type: 'CallRecovered' },
      recordFailure,
    )
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40 }), (given) => {
        let state = decider.initialState
        const events: WebhookEvent[] = []
        for (const command of given) {
          const decision = decider.decide(command, state)
          if (isRejection(decision)) continue
          for (const event of decision) {
            events.push(event)
            state = decider.evolve(state, event)
          }
        }
        const types = events.map(({ type }) => type)
        expect(types.lastIndexOf('WebhookCreated')).toBeLessThanOrEqual(0)
        const end = types.indexOf('WebhookDeleted')
        expect(end === -1 || end === types.length - 1).toBe(true)
        const turns = types.filter((type) => type === 'WebhookFailing' || type === 'WebhookRecovered')
        expect(turns.every((type, nth) => type === (nth % 2 === 0 ? 'WebhookFailing' : 'WebhookRecovered'))).toBe(true)
      }),
    )
  })
})

describe('a filter', () => {
  const ended = { type: 'TaskSucceeded', data: { agentId: 'a1', app: 'deploy' } } as unknown as DomainEvent
  test.each([
    [{}, true],
    [{ types: ['TaskSucceeded', 'TaskFailed'] }, true],
    [{ types: ['TaskFailed'] }, false],
    [{ apps: ['deploy'] }, true],
    [{ apps: ['backup'] }, false],
    [{ agents: ['a1'], apps: ['deploy'], states: ['SUCCEEDED'] }, true],
    [{ agents: ['a2'] }, false],
    [{ states: ['FAILED'] }, false],
  ])('%j matches: %s', (changes, matches) => {
    expect(webhookMatches({ ...everything, ...changes })(ended)).toBe(matches)
  })

  test('with an app, an agent or a state leaves out events that name none', () => {
    for (const changes of [{ apps: ['deploy'] }, { agents: ['a1'] }, { states: ['SUCCEEDED'] }]) {
      expect(webhookMatches({ ...everything, ...changes })(paused)).toBe(false)
    }
    expect(taskStateAfter(paused)).toBeNull()
  })
})

test.each([
  ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 24],
  [`whsec_${Buffer.alloc(64, 1).toString('base64')}`, 64],
  [`whsec_${Buffer.alloc(23, 1).toString('base64')}`, null],
  [`whsec_${Buffer.alloc(65, 1).toString('base64')}`, null],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', null],
  ['whsec_not base64, though it is long enough for one', null],
])('the secret %s has a key of %s bytes', (secret, bytes) => {
  expect(keyOfSecret(secret)?.length ?? null).toBe(bytes)
})

describe('the back-off', () => {
  const backOff = { firstMs: 5_000, longestMs: 600_000, giveUpMs: 259_200_000 }

  test('doubles up to its longest delay', () => {
    const delay = (attempts: number) => (nextAttemptAt(backOff, { attempts, firstAt: 0, now: 1_000 }, 0.5) ?? 0) - 1_000
    expect([1, 2, 3, 4, 7, 8, 100, 10_000].map(delay)).toEqual([5_000, 10_000, 20_000, 40_000, 320_000, 600_000, 600_000, 600_000])
  })

  test('ends after its time, with a last attempt at the end of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 0, max: 300_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempts, now, random) => {
          const next = nextAttemptAt(backOff, { attempts, firstAt: 0, now }, random)
          if (now >= backOff.giveUpMs) expect(next).toBeNull()
          else {
            expect(next).toBeGreaterThan(now)
            expect(next).toBeLessThanOrEqual(Math.min(backOff.giveUpMs, now + backOff.longestMs * 1.1))
          }
        },
      ),
    )
  })
})
