import { Counter, type Registry } from 'prom-client'

export interface SenderMetrics {
  /** Counts an attempt. */
  tried(isDelivered: boolean): void
}

export function senderMetrics(registry: Registry): SenderMetrics {
  const attempts = new Counter({
    name: 'elves_webhook_attempts_total',
    help: 'Attempts of deliveries of webhooks, by what came of them: delivered or failed.',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of ['delivered', 'failed']) attempts.inc({ outcome }, 0)
  return { tried: (isDelivered) => attempts.inc({ outcome: isDelivered ? 'delivered' : 'failed' }) }
}
