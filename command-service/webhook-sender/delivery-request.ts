import { createHmac } from 'node:crypto'
import { subjectOf } from '@elves/core/domain/event-subject.ts'
import { taskStateAfter } from '@elves/core/domain/webhook/matching.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** Returns the body of the deliveries of an event: JSON with `type`, `timestamp` and `data`, as Standard Webhooks advises. */
export function deliveryBody({ id, event, stream, version, position, recordedAt, context }: RecordedEvent): string {
  const { agentId, app } = subjectOf(event)
  const at = new Date(recordedAt).toISOString()
  const { actor, correlationId, causationId } = context
  const subject = { app, agent: agentId, state: taskStateAfter(event) }
  const data = { id, position, stream, version, recordedAt: at, actor, correlationId, causationId, ...subject, data: event.data }
  return JSON.stringify({ type: event.type, timestamp: at, data })
}

export interface Signed {
  readonly deliveryId: string
  readonly body: string
  readonly key: Buffer
  /** ms since the epoch. */
  readonly now: number
}

/** Returns the headers of a delivery: its id, which stays the same over all attempts, the time, and the signature of Standard Webhooks. */
export function deliveryHeaders({ deliveryId, body, key, now }: Signed): Record<string, string> {
  const seconds = String(Math.floor(now / 1_000))
  const signature = createHmac('sha256', key).update(`${deliveryId}.${seconds}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'user-agent': 'Elves-Webhooks',
    'webhook-id': deliveryId,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  }
}
