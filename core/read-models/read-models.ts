import type { RecordedEvent } from '../eventing/event-store.ts'
import type { Position } from '../eventing/position.ts'
import type { ElvesError } from '../foundation/errors.ts'
import type { AgentState, AgentView } from './agents/agent-view.ts'
import type { ReadModelName } from './projectors.ts'
import type { TaskState, TaskView } from './tasks/task-view.ts'

/** A keyset page, newest first unless said otherwise. */
export interface Page<Item> {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[]
  /** Where the list goes on: after the last row that was read, also where that could not be read. */
  readonly endCursor: string | null
  readonly hasNextPage: boolean
  /** ROW_UNREADABLE or EVENT_UNREADABLE of each row that is left out. */
  readonly unreadable: readonly ElvesError[]
  /** About what its items take. */
  readonly bytes: number
}

export interface PageRequest {
  /** 1 to 500. */
  readonly first: number
  /** A cursor that an earlier page of the same list gave; CURSOR_INVALID otherwise. */
  readonly after: string | null
  /** The page ends earlier where its items would take more; the first always comes. Default and most: 8 MiB. */
  readonly maxBytes?: number
}

/** Lists of one field are "any of", several fields are "and"; absent is "any". */
export interface TaskFilter {
  readonly ids?: readonly string[]
  /** Agent ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly states?: readonly TaskState[]
  readonly kinds?: readonly string[]
  /** ms since the epoch, inclusive. */
  readonly requestedFrom?: number
  /** ms since the epoch, exclusive. */
  readonly requestedTo?: number
  readonly correlationId?: string
}

export interface AgentFilter {
  readonly ids?: readonly string[]
  readonly ips?: readonly string[]
  readonly states?: readonly AgentState[]
  readonly apps?: readonly string[]
}

export interface EventFilter {
  readonly streams?: readonly string[]
  readonly types?: readonly string[]
  /** Actor ids. */
  readonly actors?: readonly string[]
  /** Agent ids or ips. */
  readonly agents?: readonly string[]
  readonly apps?: readonly string[]
  readonly correlationId?: string
  /** ms since the epoch, inclusive. */
  readonly from?: number
  /** ms since the epoch, exclusive. */
  readonly to?: number
}

export interface AgentListing extends AgentView {
  /** From the liveness table, which is no read model; ms since the epoch. */
  readonly lastSeenAt: number | null
}

/** An entry of the log that can't be read stands in its place. */
export type LogEntry = RecordedEvent | UnreadableEvent

export interface UnreadableEvent {
  readonly stream: string
  readonly version: number
  readonly position: Position
  /** EVENT_UNREADABLE. */
  readonly unreadable: ElvesError
}

export interface LogRead {
  readonly entries: readonly LogEntry[]
  /** Whether the log went on after them already. */
  readonly hasMore: boolean
}

/** How much of the log to read at once. */
export interface LogSlice {
  readonly events: number
  readonly bytes: number
}

export interface ProjectorStatus<Name extends string = ReadModelName> {
  readonly name: Name
  readonly position: Position
  readonly state: 'CATCHING_UP' | 'LIVE' | 'STOPPED'
  /** Why it stopped. */
  readonly error: string | null
}

export interface Counters {
  /** Tasks by state, kept by the projector. */
  readonly tasksByState: Readonly<Record<TaskState, number>>
  readonly agentsByState: Readonly<Record<AgentState, number>>
  readonly events: number
}

/** Port of the query side, over the read models' tables. */
export interface ReadModels {
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
