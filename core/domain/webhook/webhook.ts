import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkIdempotencyKey } from '../task/request.ts'
import { checkWebhook, type WebhookSettings } from './settings.ts'

export type WebhookEvent = EventOf<'webhook'>

export interface WebhookState {
  readonly phase: 'NONE' | 'ACTIVE' | 'PAUSED' | 'DELETED'
  readonly settings: WebhookSettings | null
  readonly requestHash: string | null
  /** Since when all attempts have failed; null: not failing. */
  readonly failingSince: number | null
  /** The last deliveries that failed for good: two owners may record the same one. */
  readonly failed: readonly string[]
  /** Keys of the last requests for a redelivery. */
  readonly redeliveryKeys: readonly string[]
}

/** Most failed deliveries that are recorded at once. */
export const failedAtOnce = 500
const keysKept = 100

interface Asked {
  readonly idempotencyKey: string | null
}

export interface CreateWebhook extends Asked {
  readonly type: 'CreateWebhook'
  readonly settings: WebhookSettings
  readonly after: string | null
  readonly isPaused: boolean
  readonly requestHash: string | null
}

/** What is absent stays as it is. */
export interface ChangeWebhook extends Asked {
  readonly type: 'ChangeWebhook'
  readonly changes: Partial<WebhookSettings>
  readonly isRestarted: boolean
}

export interface MoveWebhook extends Asked {
  readonly type: 'PauseWebhook' | 'ResumeWebhook' | 'DeleteWebhook'
}

export interface RequestRedelivery extends Asked {
  readonly type: 'RequestRedelivery'
  readonly deliveryId: string
}

/** Sent by the sender of deliveries. Does nothing if it is so already. */
export interface CallFailing {
  readonly type: 'CallFailing'
  readonly since: number
  readonly error: string
}

/** Sent by the sender of deliveries. Does nothing if the webhook does not fail. */
export interface CallRecovered {
  readonly type: 'CallRecovered'
}

/** Sent by the sender of deliveries. What was recorded already is not recorded again. */
export interface RecordDeliveryFailed {
  readonly type: 'RecordDeliveryFailed'
  readonly deliveryId: string
  readonly eventId: string
  readonly attempts: number
  readonly error: string
}

export type WebhookCommand = CreateWebhook | ChangeWebhook | MoveWebhook | RequestRedelivery | CallFailing | CallRecovered | RecordDeliveryFailed

const initialState: WebhookState = { phase: 'NONE', settings: null, requestHash: null, failingSince: null, failed: [], redeliveryKeys: [] }

function decide(command: WebhookCommand, state: WebhookState): Decision<WebhookEvent> {
  switch (command.type) {
    case 'CreateWebhook':
      return create(command, state)
    case 'ChangeWebhook':
      return onLiving(command, state, (before) => change(command, before))
    case 'PauseWebhook':
      return onLiving(command, state, () => (state.phase === 'ACTIVE' ? [{ type: 'WebhookPaused', data: keyOf(command) }] : []))
    case 'ResumeWebhook':
      return onLiving(command, state, () => (state.phase === 'PAUSED' ? [{ type: 'WebhookResumed', data: keyOf(command) }] : []))
    case 'DeleteWebhook':
      if (state.phase === 'DELETED') return []
      return onLiving(command, state, () => [{ type: 'WebhookDeleted', data: keyOf(command) }])
    case 'RequestRedelivery':
      return onLiving(command, state, () => {
        const { idempotencyKey, deliveryId } = command
        if (idempotencyKey !== null && state.redeliveryKeys.includes(idempotencyKey)) return []
        return [{ type: 'WebhookRedeliveryRequested', data: { deliveryId, idempotencyKey } }]
      })
    case 'CallFailing': {
      if (!isLiving(state) || state.failingSince !== null) return []
      const { since, error } = command
      return [{ type: 'WebhookFailing', data: { since, error } }]
    }
    case 'CallRecovered':
      return isLiving(state) && state.failingSince !== null ? [{ type: 'WebhookRecovered', data: { since: state.failingSince } }] : []
    case 'RecordDeliveryFailed': {
      if (!isLiving(state) || state.failed.includes(command.deliveryId)) return []
      const { type: _type, ...data } = command
      return [{ type: 'WebhookDeliveryFailed', data }]
    }
  }
}

function create({ settings, after, isPaused, requestHash, idempotencyKey }: CreateWebhook, state: WebhookState): Decision<WebhookEvent> {
  if (state.phase !== 'NONE') {
    if (requestHash !== null && requestHash === state.requestHash) return []
    return rejection('IDEMPOTENCY_KEY_REUSED', 'this key made another webhook', 'idempotencyKey')
  }
  const refused = checkWebhook(settings, idempotencyKey)
  return refused ?? [{ type: 'WebhookCreated', data: { ...settings, after, isPaused, idempotencyKey, requestHash } }]
}

function change({ changes, isRestarted, idempotencyKey }: ChangeWebhook, before: WebhookSettings): Decision<WebhookEvent> {
  const settings = { ...before, ...changes }
  const refused = checkWebhook(settings, idempotencyKey)
  if (refused) return refused
  if (!isRestarted && isSame(settings, before)) return []
  return [{ type: 'WebhookChanged', data: { ...settings, isRestarted, idempotencyKey } }]
}

function isSame(one: WebhookSettings, other: WebhookSettings): boolean {
  const compared = ({ name, url, secretId, filter: { types, apps, states, agents } }: WebhookSettings) =>
    JSON.stringify([name, url, secretId, types, apps, states, agents])
  return compared(one) === compared(other)
}

function keyOf({ idempotencyKey }: Asked): Asked {
  return { idempotencyKey }
}

function isLiving({ phase }: WebhookState): boolean {
  return phase === 'ACTIVE' || phase === 'PAUSED'
}

function onLiving(
  { idempotencyKey }: Asked,
  { phase, settings }: WebhookState,
  then: (settings: WebhookSettings) => Decision<WebhookEvent>,
): Decision<WebhookEvent> {
  if (phase === 'NONE' || !settings) return unknownWebhook()
  if (phase === 'DELETED') return rejection('WEBHOOK_DELETED', 'the webhook was deleted', 'webhook')
  return checkIdempotencyKey(idempotencyKey) ?? then(settings)
}

export function unknownWebhook(): Rejection {
  return rejection('WEBHOOK_UNKNOWN', 'no webhook has this id', 'webhook')
}

function evolve(state: WebhookState, event: WebhookEvent): WebhookState {
  switch (event.type) {
    case 'WebhookCreated': {
      const { after: _after, isPaused, idempotencyKey: _key, requestHash, ...settings } = event.data
      return { ...initialState, phase: isPaused ? 'PAUSED' : 'ACTIVE', settings, requestHash }
    }
    case 'WebhookChanged': {
      const { isRestarted: _isRestarted, idempotencyKey: _key, ...settings } = event.data
      return { ...state, settings }
    }
    case 'WebhookPaused':
      return { ...state, phase: 'PAUSED' }
    case 'WebhookResumed':
      return { ...state, phase: 'ACTIVE' }
    case 'WebhookDeleted':
      return { ...state, phase: 'DELETED', failingSince: null, failed: [], redeliveryKeys: [] }
    case 'WebhookFailing':
      return { ...state, failingSince: event.data.since }
    case 'WebhookRecovered':
      return { ...state, failingSince: null }
    case 'WebhookDeliveryFailed':
      return { ...state, failed: [...state.failed, event.data.deliveryId].slice(-failedAtOnce) }
    case 'WebhookRedeliveryRequested': {
      const { deliveryId, idempotencyKey } = event.data
      const redeliveryKeys = idempotencyKey === null ? state.redeliveryKeys : [...state.redeliveryKeys, idempotencyKey].slice(-keysKept)
      return { ...state, failed: state.failed.filter((one) => one !== deliveryId), redeliveryKeys }
    }
  }
}

const bytesOfState = 4_000
const bytesOfId = 60

/** Events of the log that go to an HTTP receiver. */
export const webhookAggregate = aggregate({
  name: 'webhook',
  prefix: 'webhook-',
  decider: { initialState, decide, evolve },
  stateBytes: ({ failed, redeliveryKeys, settings }) =>
    bytesOfState + bytesOfId * (failed.length + redeliveryKeys.length) + (settings ? JSON.stringify(settings.filter).length : 0),
})
export const webhookStream = webhookAggregate.streamOf
