import { deadLetters } from '@elves/core/eventing/handlers/dead-letters.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { partOf } from '../component-features.ts'
import { addressRule } from './address-rule.ts'
import { senderMetrics } from './sender-metrics.ts'
import { webhookSecrets } from './webhook-secrets.ts'
import { senderName, webhookSender } from './webhook-sender.ts'
import { webhookTables } from './webhook-tables.ts'

const concurrency = 16

export const webhookSenderWriteFeature = partOf(
  'webhooks',
  ({ store, pool, schema, settings, aggregates, instanceId, logger, registry, attemptsTable }) => {
    const { networks, timeoutMs, retryMs, longestRetryMs, giveUpMs, failingAfterMs } = settings.webhooks
    const sender = webhookSender({
      store,
      pool,
      tables: webhookTables(pool, schema),
      deadLetters: deadLetters({ store, pool }),
      webhooks: aggregates,
      secrets: webhookSecrets(pool, schema, settings.serviceSecret),
      rule: addressRule(networks),
      backOff: { firstMs: retryMs, longestMs: longestRetryMs, giveUpMs },
      timeoutMs,
      concurrency,
      failingAfterMs,
      caughtUp: () => attemptsTable.caughtUp(),
      metrics: senderMetrics(registry),
      // Its lines have a part already, that of the service.
      logger: logger.child({ sender: senderName }),
    })
    return {
      managers: { webhooks: holdLease({ pool, name: senderName, owner: instanceId, logger, whileHeld: sender.whileHeld }) },
      observe: sender.observe,
    }
  },
)
