import type { AnyAggregate } from '@elves/core/domain/aggregate.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import { streamEvents } from '../read-side/stream-events.ts'

/** What an event changed of a thing. */
export interface Transition<View> {
  /** Null before its first event. */
  readonly before: View | null
  readonly after: View
}

/** A kind of thing that clients follow, and how events change things of this kind. */
export interface Followed<View extends object> {
  /** Its field of `Subscription` is `<name>Changed`. */
  readonly name: string
  /** The aggregates whose events change it. */
  readonly of: readonly AnyAggregate[]
  /** The things that the event changes; one of another aggregate changes none. */
  idsOf(recorded: RecordedEvent): readonly string[]
  /** The thing just before the event, folded from the log; null before its first. */
  before(readModels: ReadModels, id: string, recorded: RecordedEvent): Promise<View | null>
  /** Whether all events of a thing are in one stream, whose name has its id: the first of them is the first of the thing. */
  readonly isOneStream: boolean
  evolve(view: View | null, id: string, recorded: RecordedEvent): View
  /** Whether more events of the thing are likely, so that its view is worth keeping. */
  isOpen(view: View): boolean
  /** About what a view takes in memory. */
  bytesOf(view: View): number
  /** Ips of agents that the transition is about: filters of events look at them. */
  ipsOf(transition: Transition<View>): readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: views of several kinds have nothing in common
export type AnyFollowed = Followed<any>

type EventOfAny<Kinds extends readonly AnyAggregate[]> = Parameters<Kinds[number]['decider']['evolve']>[1]

export interface FollowedDefinition<View extends object, Kinds extends readonly AnyAggregate[]> {
  readonly name: string
  readonly of: Kinds
  /** The one fold of its events; it throws TypeError where the first event is not what must come first. */
  evolve(view: View | null, id: string, recorded: RecordedEvent<EventOfAny<Kinds>>): View
  /** Default: the id in the name of the event's stream. */
  idsOf?(event: EventOfAny<Kinds>): readonly string[]
  /** Default, for one aggregate: folds the stream of the event. */
  before?(readModels: ReadModels, id: string, recorded: RecordedEvent): Promise<View | null>
  /** Default: always. */
  isOpen?(view: View): boolean
  /** Default: what the view takes as JSON. */
  bytesOf?(view: View): number
  /** Default: none. */
  ipsOf?(transition: Transition<View>): readonly string[]
}

/** Defines a kind of thing that clients follow. */
export function followed<View extends object, const Kinds extends readonly AnyAggregate[]>(
  definition: FollowedDefinition<View, Kinds>,
): Followed<View> {
  type Own = RecordedEvent<EventOfAny<Kinds>>
  const { name, of, evolve } = definition
  const isOwn = (recorded: RecordedEvent): recorded is RecordedEvent & Own => of.some((aggregate) => aggregate.isEvent(recorded))
  const idOfStream = (stream: string) => of.flatMap((aggregate) => aggregate.idOf(stream) ?? [])
  return {
    name,
    of,
    idsOf(recorded) {
      if (!isOwn(recorded)) return []
      return definition.idsOf ? definition.idsOf(recorded.event) : idOfStream(recorded.stream)
    },
    evolve: (view, id, recorded) => evolve(view, id, recorded as Own),
    isOneStream: of.length === 1 && definition.idsOf === undefined,
    async before(readModels, id, recorded) {
      if (definition.before) return definition.before(readModels, id, recorded)
      let view: View | null = null
      for await (const event of streamEvents(readModels, recorded.stream)) {
        if (event.position >= recorded.position) break
        if (isOwn(event)) view = evolve(view, id, event)
      }
      return view
    },
    isOpen: definition.isOpen ?? (() => true),
    bytesOf: definition.bytesOf ?? plainBytesOf,
    ipsOf: definition.ipsOf ?? (() => []),
  }
}

/** What the values of fixed or short length take. */
const plainBytes = 500

function plainBytesOf(view: unknown): number {
  return plainBytes + jsonBytes(view)
}
