import type { AnyAggregate } from '@elves/core/domain/aggregate.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import { type StreamPages, streamEvents } from '../read-side/stream-events.ts'

/** How an event changed a thing. */
export interface Transition<View> {
  /** Null before its first event. */
  readonly before: View | null
  readonly after: View
}

/** A kind of thing that clients can subscribe to, and how events change such things. */
export interface Followed<View extends object> {
  /** Its field of `Subscription` is `<name>Changed`. */
  readonly name: string
  /** The aggregates whose events change it. */
  readonly of: readonly AnyAggregate[]
  /** Returns the ids of the things that the event changes; none if it belongs to another aggregate. */
  idsOf(recorded: RecordedEvent): readonly string[]
  /** Returns the thing as it was just before the event, folded from the log; null before its first event. */
  before(streams: StreamPages, id: string, recorded: RecordedEvent): Promise<View | null>
  /** True if all events of a thing are in one stream, whose name contains its id. Then the first event of the stream is the first of the thing. */
  readonly isOneStream: boolean
  evolve(view: View | null, id: string, recorded: RecordedEvent): View
  /** Returns true if more events of the thing are likely, so that its view is worth keeping. */
  isOpen(view: View): boolean
  /** Returns the approximate size of a view in memory. */
  bytesOf(view: View): number
  /** Returns the ips of the agents that the transition concerns; event filters use them. */
  ipsOf(transition: Transition<View>): readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: views of several kinds have nothing in common
export type AnyFollowed = Followed<any>

type EventOfAny<Kinds extends readonly AnyAggregate[]> = Parameters<Kinds[number]['decider']['evolve']>[1]

export interface FollowedDefinition<View extends object, Kinds extends readonly AnyAggregate[]> {
  readonly name: string
  readonly of: Kinds
  /** The only fold of its events. It throws TypeError if the first event is not the one that must come first. */
  evolve(view: View | null, id: string, recorded: RecordedEvent<EventOfAny<Kinds>>): View
  /** Default: the id in the name of the event's stream. */
  idsOf?(event: EventOfAny<Kinds>): readonly string[]
  /** Default, for one aggregate: folds the stream of the event. */
  before?(streams: StreamPages, id: string, recorded: RecordedEvent): Promise<View | null>
  /** Default: always. */
  isOpen?(view: View): boolean
  /** Default: the length of the view as JSON, plus a constant. */
  bytesOf?(view: View): number
  /** Default: none. */
  ipsOf?(transition: Transition<View>): readonly string[]
}

/** Defines a kind of thing that clients can subscribe to. */
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
    async before(streams, id, recorded) {
      if (definition.before) return definition.before(streams, id, recorded)
      let view: View | null = null
      for await (const event of streamEvents(streams, recorded.stream)) {
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

/** Estimated bytes of all values that have a fixed or short length. */
const plainBytes = 500

function plainBytesOf(view: unknown): number {
  return plainBytes + jsonBytes(view)
}
