import { ElvesError } from '../foundation/errors.ts'
import type { EventStore, RecordedEvent } from './event-store.ts'
import type { Position } from './position.ts'

/** An event of the log that this release can not read: it is damaged, or of a later release. */
export interface UnreadableEvent {
  readonly position: Position
  readonly stream: string
  readonly version: number
  /** As the store tells it; null: it does not. */
  readonly type: string | null
  /** An error with code EVENT_UNREADABLE. */
  readonly unreadable: ElvesError
}

/** Returns which event an error says can not be read; null for any other error. */
export function unreadableEvent(thrown: unknown): UnreadableEvent | null {
  if (!(thrown instanceof ElvesError) || thrown.code !== 'EVENT_UNREADABLE') return null
  const { position, stream, version, type } = thrown.facts
  if (typeof position !== 'string' || typeof stream !== 'string' || typeof version !== 'number') return null
  return { position, stream, version, type: typeof type === 'string' ? type : null, unreadable: thrown }
}

/** A part of the log up to an event that can not be read. `unreadable` is set only where that is the first one. */
export type ReadablePage =
  | { readonly events: readonly RecordedEvent[]; readonly unreadable: null }
  | { readonly events: readonly []; readonly unreadable: UnreadableEvent }

/** Reads the events after a position, at most `limit`, up to one that can not be read. */
export async function readableAfter(store: Pick<EventStore, 'readAll'>, from: Position | null, limit: number): Promise<ReadablePage> {
  try {
    return { events: await store.readAll({ from, direction: 'forwards', limit }), unreadable: null }
  } catch (thrown) {
    const unreadable = unreadableEvent(thrown)
    if (!unreadable) throw thrown
    return limit > 1 ? readableAfter(store, from, Math.ceil(limit / 2)) : { events: [], unreadable }
  }
}
