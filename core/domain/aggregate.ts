import { eventNames, type MessageTypes } from '@elves/schemas/generated/catalog.ts'
import type { Decider } from './decision.ts'

/** Names of aggregates: the folders of schemas/events that hold their events. */
export type AggregateName = keyof typeof eventNames

/** The events of an aggregate, told apart by `type`. */
export type EventOf<Name extends AggregateName> = {
  [Type in (typeof eventNames)[Name][number]]: { readonly type: Type; readonly data: MessageTypes[Type] }
}[(typeof eventNames)[Name][number]]

/** What every part of the platform knows an aggregate by. */
export interface Aggregate<Name extends AggregateName = AggregateName, State = unknown, Command = unknown> {
  readonly name: Name
  /** Types of its events. */
  readonly eventTypes: readonly EventOf<Name>['type'][]
  readonly decider: Decider<State, Command, EventOf<Name>>
  /** Rough size of a state in memory, for caches; 0 where states are small. */
  stateBytes(state: State): number
  /** The stream that holds the events of the one with this id. */
  streamOf(id: string): string
  /** The id that a stream belongs to; null where it is another aggregate's. */
  idOf(stream: string): string | null
  /** Narrows a recorded event to this aggregate's. */
  isEvent<Recorded extends AnyRecorded>(recorded: Recorded): recorded is Recorded & { readonly event: EventOf<Name> }
}

/** An aggregate of which nothing is known but that it is one: for lists of several. */
// biome-ignore lint/suspicious/noExplicitAny: states and commands of several aggregates have nothing in common
export type AnyAggregate = Aggregate<any, any, any>

export type StateOf<Kind extends AnyAggregate> = Kind['decider']['initialState']
export type CommandOf<Kind extends AnyAggregate> = Parameters<Kind['decider']['decide']>[0]

interface AnyRecorded {
  readonly event: { readonly type: string }
}

export interface AggregateDefinition<Name extends AggregateName, State, Command> {
  readonly name: Name
  /** Begins the name of each of its streams; no other aggregate's prefix begins with it. */
  readonly prefix: string
  readonly decider: Decider<State, Command, EventOf<Name>>
  /** Where outside input can make a state large: its rough size in memory. Default 0. */
  stateBytes?(state: State): number
}

/** Defines an aggregate. Its events are those that have a schema in the folder of its name. */
export function aggregate<Name extends AggregateName, State, Command>({
  name,
  prefix,
  decider,
  stateBytes = () => 0,
}: AggregateDefinition<Name, State, Command>): Aggregate<Name, State, Command> {
  const eventTypes = eventNames[name]
  const types: ReadonlySet<string> = new Set(eventTypes)
  return {
    name,
    eventTypes,
    decider,
    stateBytes,
    streamOf: (id) => prefix + id,
    idOf: (stream) => (stream.startsWith(prefix) ? stream.slice(prefix.length) : null),
    isEvent: <Recorded extends AnyRecorded>(recorded: Recorded): recorded is Recorded & { readonly event: EventOf<Name> } =>
      types.has(recorded.event.type),
  }
}
