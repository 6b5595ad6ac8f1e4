import type { Position } from '@elves/core/eventing/position.ts'
import { changesOf, type Select, Untellable } from '../subscriptions/change.ts'
import type { Followed } from '../subscriptions/followed.ts'
import { filterOf } from './arguments.ts'
import type { RequestContext } from './context.ts'

/** A filter as GraphQL has it, where a null counts as not given. */
type Asked<Filter> = { readonly [Name in keyof Filter]?: Filter[Name] | null }

interface SubscriptionArguments<Filter> {
  readonly filter?: Asked<Filter> | null
  readonly after?: Position | null
}

/** The resolvers of a field of `Subscription`, from what selects its items by the filter. */
export function followedBy<Filter extends object, Item>(select: (filter: Filter) => Select<Item>) {
  return {
    subscribe: (_root: unknown, { filter, after }: SubscriptionArguments<Filter>, { services }: RequestContext) =>
      services.subscriptions.open(after ?? null, select(filterOf(filter) as Filter)),
    /** Each item of the iterator is the field's value itself, with a budget of its own. */
    resolve(item: Item | Untellable, _args: unknown, context: RequestContext): Item {
      context.renew()
      if (item instanceof Untellable) throw item.error
      return item
    },
  }
}

/** The resolvers of `<name>Changed` of a kind of thing; `matching` gives what a filter says of a view. */
export function changed<View extends object, Filter extends object, Item>(
  kind: Followed<View>,
  matching: (filter: Filter) => (view: View) => boolean,
  itemOf: (after: View, position: Position) => Item,
) {
  return followedBy<Filter, Item>((filter) => changesOf(kind, matching(filter), itemOf))
}
