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
  /** Why it stopped. */
  readonly error: string | null
}

/** Port of the query side, over the read models' tables. */
export interface ReadModels {
  /** The queries of a read model. Those below are short names of queries of the first read models; a new one needs none here. */
  of<Queries extends ReadQueries>(model: { readonly name: string; readonly queries: Queries }): BoundQueries<Queries>
  task(id: string): Promise<TaskView | null>
  tasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskView>>
  /** By id or ip. */
  agent(idOrIp: string): Promise<AgentListing | null>
  /** Those that there are, in no order; ROW_UNREADABLE for each that can not be read, ANSWER_TOO_LARGE where it would be beyond the bytes. */
  agentsById(ids: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, AgentListing | ElvesError>>
  agents(filter: AgentFilter, page: PageRequest): Promise<Page<AgentListing>>
  events(filter: EventFilter, order: 'NEWEST_FIRST' | 'OLDEST_FIRST', page: PageRequest): Promise<Page<RecordedEvent>>
  /** The events of a stream in order of version. */
  streamEvents(stream: string, page: PageRequest): Promise<Page<RecordedEvent>>
  /** The log after a position, in order and at most so much of it: what subscriptions are fed from. One entry at least where there is one. */
  eventsAfter(position: Position, most: LogSlice): Promise<LogRead>
  /** How far all read models are, as one: the least position of any projector. */
  position(): Promise<Position>
  projectors(): Promise<readonly ProjectorStatus[]>
  counters(): Promise<Counters>
  /** Calls back after each commit of a projector (perhaps late, perhaps more often); returns what ends it. */
  onCommit(listener: () => void): () => void
  close(): Promise<void>
}
