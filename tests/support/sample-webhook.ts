import { webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import { contextOf, hex, pick, type StreamPart } from './sample-parts.ts'

/** A webhook that is changed, paused and resumed, fails and recovers, and may be deleted. */
export function webhookLife(agentIds: readonly string[], random: () => number): StreamPart[] {
  const stream = webhookStream(hex(random, 16).toUpperCase())
  const correlationId = hex(random, 16)
  const person = contextOf({ kind: 'LOCAL', id: 'ann', name: 'A person' }, correlationId)
  const system = contextOf({ kind: 'SYSTEM', id: 'webhooks', name: null }, correlationId)
  const filter = { types: random() < 0.5 ? [] : ['TaskSucceeded'], apps: ['apptest'], states: ['FAILED'], agents: [pick(agentIds, random)] }
  const settings = { name: random() < 0.5 ? null : 'ü', url: 'https://example.com/字', filter, secretId: 'A'.repeat(16) }
  const key = { idempotencyKey: null }
  const life: StreamPart[] = [
    {
      stream,
      event: { type: 'WebhookCreated', data: { ...settings, after: null, isPaused: random() < 0.2, ...key, requestHash: null } },
      context: person,
    },
  ]
  const deliveryId = `${stream.slice(webhookStream('').length)}-00000000-0000000000000001`
  for (let rest = Math.floor(random() * 6); rest > 0; rest--) {
    const kind = random()
    if (kind < 0.3) {
      life.push({ stream, event: { type: 'WebhookPaused', data: key }, context: person })
      life.push({ stream, event: { type: 'WebhookResumed', data: key }, context: person })
    } else if (kind < 0.5) {
      life.push({ stream, event: { type: 'WebhookChanged', data: { ...settings, name: 'other', isRestarted: false, ...key } }, context: person })
    } else if (kind < 0.8) {
      life.push({ stream, event: { type: 'WebhookFailing', data: { since: 1, error: 'TIMEOUT: ü' } }, context: system })
      life.push({
        stream,
        event: { type: 'WebhookDeliveryFailed', data: { deliveryId, eventId: 'e', attempts: 9, error: 'HTTP 500' } },
        context: system,
      })
      life.push({ stream, event: { type: 'WebhookRecovered', data: { since: 1 } }, context: system })
    } else life.push({ stream, event: { type: 'WebhookRedeliveryRequested', data: { deliveryId, ...key } }, context: person })
  }
  if (random() < 0.3) life.push({ stream, event: { type: 'WebhookDeleted', data: key }, context: person })
  return life
}
