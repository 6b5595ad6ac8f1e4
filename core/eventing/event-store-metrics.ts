import type { Registry } from 'prom-client'
import { countedElsewhere, gauge } from '../foundation/metrics.ts'
import { decodedEvents } from './encoded-event.ts'
import type { RecentEvents } from './tail/recent-events.ts'

export interface EventStoreGauges {
  /** What waits to be written, or is being written. */
  queue(): { readonly waitingEvents: number; readonly waitingBytes: number }
  /** Returns null if nothing follows the log here. */
  recent(): Pick<RecentEvents, 'bytes'> | null
}

/** Adds metrics of what an event store keeps in memory. */
export function eventStoreMetrics(registry: Registry, { queue, recent }: EventStoreGauges): void {
  gauge(registry, 'elves_append_waiting_events', 'Events that wait to be written, or are being written.', () => queue().waitingEvents)
  gauge(registry, 'elves_append_waiting_bytes', 'Bytes of the events that wait to be written, or are being written.', () => queue().waitingBytes)
  gauge(registry, 'elves_recent_events_bytes', 'Bytes of the newest events that are kept in memory.', () => recent()?.bytes ?? 0)
  countedElsewhere(registry, 'elves_decoded_events_total', 'Events that were decoded, whatever they came from.', decodedEvents)
}
