import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'

/** An event of a sample history, before it is appended. */
export interface StreamPart {
  readonly stream: string
  readonly event: DomainEvent
  readonly context: EventContext
}

/** Returns a generator of numbers in [0, 1) that depend only on the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function contextOf(actor: EventContext['actor'], correlationId: string): EventContext {
  return { actor, correlationId, causationId: null, metadata: { traceparent: '00-1-2-01' } }
}

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item
}

/** Lower-case hex digits. */
export function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
}
