import type { Actor } from '@elves/schemas/generated/types.ts'
import type { WebhookSettings } from '../../domain/webhook/settings.ts'
import { type WebhookEvent, webhookAggregate } from '../../domain/webhook/webhook.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const webhookStates = ['ACTIVE', 'PAUSED', 'FAILING', 'DELETED'] as const
export type WebhookStateName = (typeof webhookStates)[number]

/** A webhook as people see it, as of `changedAt`. Where it has got to in the log is not in its events. */
export interface WebhookView {
  readonly id: string
  readonly state: WebhookStateName
  readonly settings: WebhookSettings
  /** Why its attempts fail; null: they do not. */
  readonly failure: { readonly since: number; readonly error: string } | null
  readonly createdBy: Actor
  /** ms since the epoch. */
  readonly createdAt: number
  /** Of the last event in this view. */
  readonly version: number
  /** Of the last event in this view. */
  readonly changedAt: Position
}

/** The one fold of its events into what people see. An event that is in the view already changes nothing. */
export function evolveWebhookView(view: WebhookView | null, recorded: RecordedEvent<WebhookEvent>): WebhookView {
  const { event, stream, version, position, recordedAt, context } = recorded
  if (view && version <= view.version) return view
  if (event.type === 'WebhookCreated') {
    const { after: _after, isPaused, idempotencyKey: _key, requestHash: _hash, ...settings } = event.data
    const id = webhookAggregate.idOf(stream) ?? ''
    const made = { createdBy: context.actor, createdAt: recordedAt, version, changedAt: position }
    return { id, state: isPaused ? 'PAUSED' : 'ACTIVE', settings, failure: null, ...made }
  }
  if (!view) throw new TypeError(`${stream} begins with ${event.type}`)
  return { ...view, ...changes(event, view), version, changedAt: position }
}

function changes(event: Exclude<WebhookEvent, { type: 'WebhookCreated' }>, { state, failure }: WebhookView): Partial<WebhookView> {
  switch (event.type) {
    case 'WebhookChanged': {
      const { isRestarted: _isRestarted, idempotencyKey: _key, ...settings } = event.data
      return { settings }
    }
    case 'WebhookPaused':
      return { state: 'PAUSED' }
    case 'WebhookResumed':
      return { state: failure ? 'FAILING' : 'ACTIVE' }
    case 'WebhookDeleted':
      return { state: 'DELETED', failure: null }
    case 'WebhookFailing':
      return { state: state === 'ACTIVE' ? 'FAILING' : state, failure: event.data }
    case 'WebhookRecovered':
      return { state: state === 'FAILING' ? 'ACTIVE' : state, failure: null }
    case 'WebhookDeliveryFailed':
    case 'WebhookRedeliveryRequested':
      return {}
  }
}
