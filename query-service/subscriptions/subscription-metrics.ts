import { ElvesError } from '@elves/core/foundation/errors.ts'
import { gauge } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'
import type { ConcurrencyLimit } from './concurrency-limit.ts'

export interface WatchedSubscriptions {
  open(): number
  readonly backlog: { readonly bytes: number }
  readonly turns: ConcurrencyLimit
  readonly feed: { readonly keptBytes: number }
}

/** Registers the metrics of subscriptions. */
export function subscriptionMetrics(registry: Registry, { open, backlog, turns, feed }: WatchedSubscriptions): { failed(error: unknown): void } {
  gauge(registry, 'elves_subscriptions', 'Subscriptions that are open.', open)
  gauge(registry, 'elves_subscription_backlog_bytes', 'Bytes of changes that subscribers have not taken yet.', () => backlog.bytes)
  gauge(registry, 'elves_subscription_replays', 'Subscribers that catch up and have a piece of the log.', () => turns.taken)
  gauge(registry, 'elves_subscription_views_bytes', 'Bytes of the views that are kept to fold what subscribers follow.', () => feed.keptBytes)
  const slow = new Counter({
    name: 'elves_subscribers_too_slow_total',
    help: 'Subscribers that were closed because they fell behind.',
    registers: [registry],
  })
  return {
    failed(error) {
      if (error instanceof ElvesError && error.code === 'SUBSCRIBER_TOO_SLOW') slow.inc()
    },
  }
}
