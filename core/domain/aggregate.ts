import { eventNames, type MessageTypes } from '@elves/schemas/generated/catalog.ts'
import type { Decider } from './decision.ts'

/** Names of aggregates. Each is a folder of schemas/events, which holds the events of the aggregate. */
export type AggregateName = keyof typeof eventNames

/** The events of an aggregate, told apart by `type`. */
export type EventOf<Name extends AggregateName> = {
  [Type in (typeof eventNames)[Name][number]]: { readonly type: Type; readonly data: MessageTypes[Type] }
}[(typeof eventNames)[Name][number]]

/** The description of an aggregate that every part of the platform works with. */
export interface Aggregate<Name extends AggregateName = AggregateName, State = unknown, Command = unknown> {
  readonly name: Name
  /** Types of the aggregate's events. */
  readonly eventTypes: readonly EventOf<Name>['type'][]
  readonly decider: Decider<State, Command, EventOf<Name>>
  /** Rough size of a state in memory, for caches; 0 where states are small. */
  stateBytes(state: State): number
  /** True: hardly anything will be decided about it any more, so caches keep it for a moment only. */
  isOver(state: State): boolean
  /** Returns the name of the stream for an id. */
  streamOf(id: string): string
  /** Returns the id that a stream belongs to; null if the stream is of another aggregate. */
  idOf(stream: string): string | null
  /** Narrows a recorded event to an event of this aggregate. */
  isEvent<Recorded extends AnyRecorded>(recorded: Recorded): recorded is Recorded & { readonly event: EventOf<Name> }
}

/** Any aggregate: for lists of several. */
// biome-ignore lint/suspicious/noExplicitAny: states and commands of several aggregates have nothing in common
export type AnyAggregate = Aggregate<any, any, any>

export type StateOf<Kind extends AnyAggregate> = Kind['decider']['initialState']
export type CommandOf<Kind extends AnyAggregate> = Parameters<Kind['decider']['decide']>[0]

interface AnyRecorded {
  readonly event: { readonly type: string }
}

export interface AggregateDefinition<Name extends AggregateName, State, Command> {
  readonly name: Name
  /** Prefix of the names of its streams. No other aggregate's prefix may begin with it. */
  readonly prefix: string
  readonly decider: Decider<State, Command, EventOf<Name>>
  /** Returns the rough size of a state in memory. Needed where outside input can make a state large; default 0. */
  stateBytes?(state: State): number
  /** Default: never. */
  isOver?(state: State): boolean
}

/** Defines an aggregate. Its events are those with a schema in the folder of its name. */
export function aggregate<Name extends AggregateName, State, Command>({
  name,
  prefix,
  decider,
  stateBytes = () => 0,
  isOver = () => false,
}: AggregateDefinition<Name, State, Command>): Aggregate<Name, State, Command> {
  const eventTypes = eventNames[name]
  const types: ReadonlySet<string> = new Set(eventTypes)
  return {
    name,
    eventTypes,
    decider,
    stateBytes,
    isOver,
    streamOf: (id) => prefix + id,
    idOf: (stream) => (stream.startsWith(prefix) ? stream.slice(prefix.length) : null),
    isEvent: <Recorded extends AnyRecorded>(recorded: Recorded): recorded is Recorded & { readonly event: EventOf<Name> } =>
      types.has(recorded.event.type),
  }
}
