import { Gauge, type Registry } from 'prom-client'
import { gauge } from '../../foundation/metrics.ts'
import type { EventFeed } from '../event-feed.ts'
import { type Position, parsePosition } from '../position.ts'

/** Adds metrics that are read on each scrape. Only the active instance reports position and lag. */
export function relayMetrics(registry: Registry, store: EventFeed, position: () => Position | null, isActive: () => boolean): void {
  gauge(registry, 'elves_relay_active', '1 where this instance carries the events to Kafka; one of all does.', () => (isActive() ? 1 : 0))
  gauge(registry, 'elves_relay_position', 'Sequence of the last event that the brokers have.', () => {
    const reached = position()
    return reached === null ? null : parsePosition(reached).sequence
  })
  new Gauge({
    name: 'elves_relay_lag',
    help: 'How far the log is ahead of the relay, in positions; on Postgres these are events.',
    registers: [registry],
    async collect() {
      // The other metrics must be served even if the store does not answer.
      const head = await store.head().catch(() => null)
      const reached = position()
      if (head === null || reached === null) this.remove()
      else this.set(Math.max(0, parsePosition(head).sequence - parsePosition(reached).sequence))
    },
  })
}
