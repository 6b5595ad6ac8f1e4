import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { Position } from './position.ts'

/** An event that is not stored yet. `id` is a UUID, chosen by the writer: it makes a repeated append recognisable. */
export interface NewEvent<Event extends DomainEvent = DomainEvent> {
  readonly id: string
  readonly event: Event
  readonly context: EventContext
}

/** An event as it is stored. */
export interface RecordedEvent<Event extends DomainEvent = DomainEvent> extends NewEvent<Event> {
  readonly stream: string
  /** Index in the stream; the first is 0. */
  readonly version: number
  readonly position: Position
  /** ms since the epoch, on the store's clock; never decreases within a stream. */
  readonly recordedAt: number
}

/** Events for one stream, atomic by itself. */
export interface Append {
  readonly stream: string
  /** Version of the stream's last event as the writer knows it; -1: there is none. There is no "any version". */
  readonly expectedVersion: number
  /** At least one. */
  readonly events: readonly NewEvent[]
}

export type AppendResult =
  /** `recorded` has the events as stored. `isRepeat`: they were there already, with the same ids at the same versions. */
  | { readonly ok: true; readonly recorded: readonly RecordedEvent[]; readonly isRepeat: boolean }
  /** Somebody else wrote meanwhile: load again and decide again. `currentVersion` -1: the stream has no events. */
  | { readonly ok: false; readonly conflict: { readonly currentVersion: number } }

export interface ReadStream {
  /** First version to read; default 0. */
  readonly from?: number
  /** Most events to read; default all. */
  readonly limit?: number
}

export interface ReadAll {
  /** Forwards: events after this position (null: from the first). Backwards: events before it (null: from the last). */
  readonly from: Position | null
  readonly direction: 'forwards' | 'backwards'
  /** Most events; forwards there may be fewer, though more are there, where they are large: about 8 MiB, and one at least. */
  readonly limit: number
}

/** What a catch-up subscription yields: events in order of position, or none where only `isCaughtUp` has news. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[]
  /** All events up to here have been yielded. */
  readonly position: Position
  /** The end as of now is reached: what comes next is live. */
  readonly isCaughtUp: boolean
}

/** Most events of a batch, where a subscriber does not say it. */
export const defaultBatchSize = 1000

export interface Subscribe {
  /** Null: from the first event. A position of another log throws POSITION_UNKNOWN at the first pull. */
  readonly after: Position | null
  /** Most events a batch; default 1 000. */
  readonly batchSize?: number
  readonly signal: AbortSignal
}

/**
 * Port of the event store. Every adapter passes tests/contracts/event-store.contract.ts. Rejects with STORE_UNAVAILABLE
 * (canRetry) where the store does not answer: then an append may or may not be durable, and repeating it with the same
 * event ids completes it.
 */
export interface EventStore {
  /**
   * Answers in the order of the appends, when all that could be written are durable. One stream may stand in one call only
   * once. In the log, the streams of one call have no order among themselves.
   */
  append(appends: readonly Append[]): Promise<readonly AppendResult[]>
  /** In order of version; empty where the stream has no events. */
  readStream(stream: string, options?: ReadStream): Promise<readonly RecordedEvent[]>
  /** Events of several streams at once, each whole and in order of version, in the order of the ids. */
  readStreams(streams: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]>
  readAll(options: ReadAll): Promise<readonly RecordedEvent[]>
  /** Neither skips nor repeats, also under concurrent writers; survives a restart of the store; ends when the signal aborts. The consumer's pull is the back-pressure. */
  subscribe(options: Subscribe): AsyncIterable<EventBatch>
  /** Position of the last event, or of the point before the first. */
  head(): Promise<Position>
  close(): Promise<void>
}
