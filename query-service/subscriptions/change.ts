import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AnyFollowed, Followed, Transition } from './followed.ts'

/** An entry of the log with what it changed, as of its position. */
export interface Change {
  readonly stream: string
  readonly position: Position
  /** Null where it can't be read. */
  readonly recorded: RecordedEvent | null
  /** By kind of thing; several of a kind where an alias moves from one agent to another. Empty where the things can't be told. */
  readonly transitions: Transitions
  /** Why what it changed can't be told: EVENT_UNREADABLE of this event or of one before it in its stream. */
  readonly unreadable: ElvesError | null
  /** About what it takes in memory. */
  readonly bytes: number
}

export type Transitions = ReadonlyMap<AnyFollowed, readonly Transition<object>[]>

/** What a change changed of things of this kind. */
export function transitionsOf<View extends object>({ transitions }: Pick<Change, 'transitions'>, kind: Followed<View>): readonly Transition<View>[] {
  return (transitions.get(kind) ?? []) as readonly Transition<View>[]
}

/** Stands among the items of a subscriber for one that can't be told; the next ones come. */
export class Untellable {
  readonly error: ElvesError

  constructor(error: ElvesError) {
    this.error = error
  }
}

/** The items of a change that a subscriber sees. */
export type Select<Item> = (change: Change) => readonly (Item | Untellable)[]

/**
 * The things of a kind that a filter looks for, at the state that a change enters or the one that it leaves: so a watcher of
 * "running" sees tasks end. A thing that can't be told may be one of the filter's: so the subscriber hears of it.
 */
export function changesOf<View extends object, Item>(
  kind: Followed<View>,
  matches: (view: View) => boolean,
  itemOf: (after: View, position: Position) => Item,
): Select<Item> {
  return (change) => {
    const { stream, unreadable, position } = change
    if (unreadable && kind.of.some((aggregate) => aggregate.idOf(stream) !== null)) return [new Untellable(unreadable)]
    return transitionsOf(change, kind)
      .filter(({ before, after }) => matches(after) || (before !== null && matches(before)))
      .map(({ after }) => itemOf(after, position))
  }
}
