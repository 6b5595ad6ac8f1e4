import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { ChangedStream } from '@elves/core/read-models/event-log/changed-streams.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type { CausedEvent } from './correlation.ts'

export type StreamChangeConnectionParent = Page<StreamChangeParent>
export type EventParent = RecordedEvent
export type ActorParent = Actor
export type CausedEventParent = CausedEvent
export interface CorrelationParent {
  readonly id: string
  readonly startedAt: number
  readonly endedAt: number
  readonly events: readonly CausedEvent[]
  readonly hasMore: boolean
}
export type EventConnectionParent = Page<EventParent>

/** A stream that changed between two instants, and the thing that it is about. */
export interface StreamChangeParent extends ChangedStream {
  /** Name of the aggregate; empty: a newer release has one that this one does not know. */
  readonly kind: string
  readonly id: string
  /** ms since the epoch. */
  readonly from: number
  readonly to: number
}
