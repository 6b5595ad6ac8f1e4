import type { Position } from '@elves/core/eventing/position.ts'
import { changesOf, type Select, Untellable } from '../subscriptions/change.ts'
import type { Followed } from '../subscriptions/followed.ts'
import { filterOf } from './arguments.ts'
import type { RequestContext } from './context.ts'

/** A filter as GraphQL passes it, in which a null counts as missing. */
type Asked<Filter> = { readonly [Name in keyof Filter]?: Filter[Name] | null }

interface SubscriptionArguments<Filter> {
  readonly filter?: Asked<Filter> | null
  readonly after?: Position | null
}

/** Makes the resolvers of a field of `Subscription`. `select` chooses its items by the filter. */
export function followedBy<Filter extends object, Item>(select: (filter: Filter) => Select<Item>) {
  return {
    subscribe: (_root: unknown, { filter, after }: SubscriptionArguments<Filter>, { services }: RequestContext) =>
      services.subscriptions.open(after ?? null, select(filterOf(filter) as Filter)),
    /** Each item of the iterator is the field's value and gets its own budget. */
    resolve(item: Item | Untellable, _args: unknown, context: RequestContext): Item {
      context.renew()
      if (item instanceof Untellable) throw item.error
      return item
    },
  }
}

/** Makes the resolvers of `<name>Changed` for a kind of thing. `matching` turns a filter into a test of views. */
export function changed<View extends object, Filter extends object, Item>(
  kind: Followed<View>,
  matching: (filter: Filter) => (view: View) => boolean,
  itemOf: (after: View, position: Position) => Item,
) {
  return followedBy<Filter, Item>((filter) => changesOf(kind, matching(filter), itemOf))
}
