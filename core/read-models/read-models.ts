import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { ElvesError } from '../foundation/errors.ts'
import type { AgentFilter, AgentListing } from './agents/queries.ts'
import type { EventFilter, LogRead, LogSlice } from './event-log/queries.ts'
import type { Page, PageRequest } from './paging/page.ts'
import type { BoundQueries, ReadQueries } from './read-model.ts'
import type { ReadModelName } from './registry.ts'
import type { Counters } from './state-counts.ts'
import type { TaskFilter } from './tasks/queries.ts'
import type { TaskView } from './tasks/task-view.ts'

export interface ProjectorStatus<Name extends string = ReadModelName> {
  readonly name: Name
  readonly position: Position
  readonly state: 'CATCHING_UP' | 'LIVE' | 'STOPPED'
  /** Why the projector stopped. */
  readonly error: string | null
}

/** These read models have all events up to a position. */
export interface Committed {
  readonly names: readonly ReadModelName[]
  readonly position: Position
}

/** Port of the query side, over the read models' tables. */
export interface ReadModels {
  /**
   * Returns the queries of a read model. The methods below are short names for queries of the first read models; a new read
   * model needs none here.
   */
  of<Queries extends ReadQueries>(model: { readonly name: string; readonly queries: Queries }): BoundQueries<Queries>
  task(id: string): Promise<TaskView | null>
  tasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskView>>
  /** Finds an agent by id or ip. */
  agent(idOrIp: string): Promise<AgentListing | null>
  /**
   * Returns the agents that exist, in no fixed order. An entry is ROW_UNREADABLE if its row can not be read, and
   * ANSWER_TOO_LARGE if it would exceed the bytes.
   */
  agentsById(ids: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, AgentListing | ElvesError>>
  agents(filter: AgentFilter, page: PageRequest): Promise<Page<AgentListing>>
  events(filter: EventFilter, order: 'NEWEST_FIRST' | 'OLDEST_FIRST', page: PageRequest): Promise<Page<RecordedEvent>>
  /** Returns the events of a stream in order of version. */
  streamEvents(stream: string, page: PageRequest): Promise<Page<RecordedEvent>>
  /**
   * Returns entries of the log after a position, in order, at most `most`, and at least one if there is one. Subscriptions
   * are fed from it.
   */
  eventsAfter(position: Position, most: LogSlice): Promise<LogRead>
  /** Returns the least position of all projectors. */
  position(): Promise<Position>
  projectors(): Promise<readonly ProjectorStatus[]>
  counters(): Promise<Counters>
  /**
   * Calls the listener after each commit of projectors with what they committed; with null after a commit whose notification
   * may be lost, and every second. The returned function ends it.
   */
  onCommit(listener: (committed: Committed | null) => void): () => void
  /** Says that somebody waits for this position: without that, the projectors let events gather for up to 100 ms. */
  hurry(position: Position): void
  close(): Promise<void>
}
