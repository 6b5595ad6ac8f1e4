import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { DomainEvent } from '../domain/events.ts'
import type { Position } from './position.ts'

/** An event that is not stored yet. `id` is a UUID that the writer chooses; a repeated append is recognised by it. */
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

/** Events for one stream. They are written together or not at all. */
export interface Append {
  readonly stream: string
  /** Version of the stream's last event as the writer knows it; -1: the stream is empty. There is no "any version". */
  readonly expectedVersion: number
  /** At least one. */
  readonly events: readonly NewEvent[]
}

export type AppendResult =
  /** `recorded` has the events as stored. `isRepeat`: they had been stored before, with the same ids at the same versions. */
  | { readonly ok: true; readonly recorded: readonly RecordedEvent[]; readonly isRepeat: boolean }
  /** Another writer wrote meanwhile: load again and decide again. `currentVersion` -1: the stream has no events. */
  | { readonly ok: false; readonly conflict: { readonly currentVersion: number } }

export interface ReadStream {
  /** First version to read; default 0. */
  readonly from?: number
  /** Most events to read; default unlimited. */
  readonly limit?: number
}

export interface ReadAll {
  /** Forwards: events after this position (null: from the first). Backwards: events before it (null: from the last). */
  readonly from: Position | null
  readonly direction: 'forwards' | 'backwards'
  /**
   * Most events. A forwards read may return fewer although more exist, if they are large: it ends at about 8 MiB, with at
   * least one event.
   */
  readonly limit: number
}

/** A batch of a catch-up subscription: events in order of position; without events if only `isCaughtUp` changed. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[]
  /** All events up to here have been yielded. */
  readonly position: Position
  /** True if the present end of the log is reached: later events are live. */
  readonly isCaughtUp: boolean
}

/** Most events of a batch if a subscriber does not set it. */
export const defaultBatchSize = 1000

export interface Subscribe {
  /** Null: from the first event. A position of another log throws POSITION_UNKNOWN when the first batch is pulled. */
  readonly after: Position | null
  /** Most events a batch; default 1 000. */
  readonly batchSize?: number
  readonly signal: AbortSignal
}

/**
 * Port of the event store. Every adapter passes tests/contracts/event-store.contract.ts. Rejects with STORE_UNAVAILABLE
 * (canRetry) if the store does not answer: then an append may or may not be durable, and a repetition with the same event
 * ids completes it.
 */
export interface EventStore {
  /**
   * Appends to streams. Returns the results in the order of the appends, when everything that could be written is durable. A
   * stream may occur only once in a call. In the log, the streams of one call have no fixed order among themselves.
   */
  append(appends: readonly Append[]): Promise<readonly AppendResult[]>
  /** Returns the events in order of version; empty if the stream has none. */
  readStream(stream: string, options?: ReadStream): Promise<readonly RecordedEvent[]>
  /**
   * Reads several streams at once. Returns the events of each in order of version, in the order of the ids. `from` has the first
   * version to read of each; default their whole.
   */
  readStreams(streams: readonly string[], from?: readonly number[]): Promise<readonly (readonly RecordedEvent[])[]>
  readAll(options: ReadAll): Promise<readonly RecordedEvent[]>
  /**
   * Returns all events of the streams whose names begin with one of these texts, in the order of the log. The store may have to look
   * through the whole log for them: for what a process asks once.
   */
  readPrefixed(prefixes: readonly string[]): Promise<readonly RecordedEvent[]>
  /**
   * Yields the events after a position without gaps or repetitions, even with concurrent writers. Survives a restart of the
   * store. Ends when the signal aborts. Back-pressure comes from the consumer, which pulls each batch.
   */
  subscribe(options: Subscribe): AsyncIterable<EventBatch>
  /** Returns the position of the last event, or of the point before the first. */
  head(): Promise<Position>
  /**
   * Returns how many events are after a position (null: all events), at most `limit`: positions may only be compared. Where the store has
   * to read the events for that, it takes as long as that takes.
   */
  countAfter(position: Position | null, limit?: number): Promise<number>
  close(): Promise<void>
}
