import { Gauge, type Registry } from 'prom-client'
import type { EventFeed } from '../event-feed.ts'
import { type Position, parsePosition } from '../position.ts'

/** Read when the metrics are; position and lag only from the instance that is active. */
export function relayMetrics(registry: Registry, store: EventFeed, position: () => Position | null, isActive: () => boolean): void {
  new Gauge({
    name: 'elves_relay_active',
    help: '1 where this instance carries the events to Kafka; one of all does.',
    registers: [registry],
    collect() {
      this.set(isActive() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'elves_relay_position',
    help: 'Sequence of the last event that the brokers have.',
    registers: [registry],
    collect() {
      const reached = position()
      if (reached === null) this.remove()
      else this.set(parsePosition(reached).sequence)
    },
  })
  new Gauge({
    name: 'elves_relay_lag',
    help: 'How far the log is ahead of the relay, in positions; on Postgres these are events.',
    registers: [registry],
    async collect() {
      // Metrics of the rest are served while the store does not answer.
      const head = await store.head().catch(() => null)
      const reached = position()
      if (head === null || reached === null) this.remove()
      else this.set(Math.max(0, parsePosition(head).sequence - parsePosition(reached).sequence))
    },
  })
}
