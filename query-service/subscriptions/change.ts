import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { ElvesError } from '@elves/core/foundation/errors.ts'
import type { AnyFollowed, Followed, Transition } from './followed.ts'

/** An entry of the log with what it changed. */
export interface Change {
  readonly stream: string
  readonly position: Position
  /** Null if the event can't be read. */
  readonly recorded: RecordedEvent | null
  /** Transitions by kind of thing; several of one kind if an alias moves from one agent to another. Empty if they can't be determined. */
  readonly transitions: Transitions
  /** Why the transitions can't be determined: this event, or an earlier event or a row that it needs, can't be read. Else null. */
  readonly unreadable: ElvesError | null
  /** Approximate size in memory. */
  readonly bytes: number
}

export type Transitions = ReadonlyMap<AnyFollowed, readonly Transition<object>[]>

/** Returns the transitions of a change for things of this kind. */
export function transitionsOf<View extends object>({ transitions }: Pick<Change, 'transitions'>, kind: Followed<View>): readonly Transition<View>[] {
  return (transitions.get(kind) ?? []) as readonly Transition<View>[]
}

/** Stands among a subscriber's items for one that can't be read; later items still come. */
export class Untellable {
  readonly error: ElvesError

  constructor(error: ElvesError) {
    this.error = error
  }
}

/** Selects the items of a change that a subscriber sees. */
export type Select<Item> = (change: Change) => readonly (Item | Untellable)[]

/**
 * Selects the things of a kind that match a filter before or after a change, so that a subscriber to "running" sees
 * tasks end. A thing that can't be read may match the filter, so the subscriber gets an {@link Untellable} for it.
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
