import type { Actor } from '@elves/schemas/generated/types.ts'
import { type LimitEvent, type LimitNumbers, limitNumbersOf } from '../domain/limit/limit.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'

/** A limit as its last event tells. */
export interface KnownLimit extends LimitNumbers {
  readonly id: string
  readonly kind: string
  /** `*`: each that has no limit of its own. */
  readonly of: string
  /** ms since the epoch. */
  readonly setAt: number
  readonly setBy: Actor
  readonly position: Position
  readonly version: number
}

/** What a limit is of, and the limit; null: it was removed. */
export interface FollowedLimit {
  readonly id: string
  readonly kind: string
  readonly of: string
  readonly limit: KnownLimit | null
}

/** The one fold of a limit: each event says all of it. */
export function evolveLimit(_before: FollowedLimit | null, id: string, recorded: RecordedEvent<LimitEvent>): FollowedLimit {
  const { event, recordedAt, context, position, version } = recorded
  const { kind, of } = event.data
  if (event.type === 'LimitRemoved') return { id, kind, of, limit: null }
  return { id, kind, of, limit: { id, kind, of, ...limitNumbersOf(event.data), setAt: recordedAt, setBy: context.actor, position, version } }
}
