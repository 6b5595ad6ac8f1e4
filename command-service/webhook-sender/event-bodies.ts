import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { deliveryBody } from './delivery-request.ts'
import type { OpenDelivery } from './webhook-tables.ts'

/** The bodies of deliveries. Those of new events are in memory, once for all webhooks; the others are read. */
export interface EventBodies {
  keep(event: RecordedEvent): void
  /** Null: the store does not answer now. */
  of(delivery: Pick<OpenDelivery, 'stream' | 'version'>): Promise<EventBody | null>
}

/** `error`: this release can not make the body. */
export type EventBody = { readonly text: string; readonly error: null } | { readonly text: null; readonly error: string }

const mostBytes = 32 * 1024 * 1024

export function eventBodies(store: Pick<EventStore, 'readStream'>): EventBodies {
  const kept = new Map<string, string>()
  let bytes = 0
  const placeOf = ({ stream, version }: Pick<OpenDelivery, 'stream' | 'version'>) => `${stream} ${version}`
  return {
    keep(event) {
      const body = deliveryBody(event)
      const place = placeOf(event)
      if (kept.has(place)) return
      kept.set(place, body)
      bytes += body.length
      for (const [oldest, text] of kept) {
        if (bytes <= mostBytes) break
        kept.delete(oldest)
        bytes -= text.length
      }
    },
    async of(delivery) {
      const body = kept.get(placeOf(delivery))
      if (body !== undefined) return { text: body, error: null }
      try {
        const [event] = await store.readStream(delivery.stream, { from: delivery.version, limit: 1 })
        return event ? { text: deliveryBody(event), error: null } : { text: null, error: 'EVENT_UNREADABLE: the log does not have it' }
      } catch (error) {
        const { code, message, canRetry } = asElvesError(error)
        return canRetry ? null : { text: null, error: cutText(`${code}: ${message}`, 300) }
      }
    },
  }
}
