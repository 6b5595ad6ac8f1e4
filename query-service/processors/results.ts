import { processorId } from '@elves/core/domain/processor/processor.ts'
import { hasEnded } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import { processorsReadModel } from '@elves/core/read-models/processors/index.ts'
import type { RequestContext } from '../graphql/context.ts'
import { type Select, transitionsOf, Untellable } from '../subscriptions/change.ts'
import { taskChanges } from '../tasks/changes.ts'
import type { TaskParent } from '../tasks/parents.ts'

interface Item {
  readonly task: TaskParent
  readonly position: string
}

/** Selects each end of the app's tasks in mode P: of a lost task that a late report settles, both. */
function resultsOf(app: string): Select<Item> {
  return (change) => {
    const { stream, unreadable, position } = change
    if (unreadable && taskAggregate.idOf(stream) !== null) return [new Untellable(unreadable)]
    return transitionsOf(change, taskChanges)
      .filter(({ before, after }) => after.processor && after.app === app && hasEnded(after.state) && before?.state !== after.state)
      .map(({ after }) => ({ task: { view: after, events: null }, position }))
  }
}

export const processorResults = {
  subscribe: async (_root: unknown, { app, name }: { readonly app: string; readonly name: string }, { services }: RequestContext) => {
    const { commands, readModels, readPosition, subscriptions } = services
    // A move of a moment ago counts.
    const head = await commands.head()
    await readPosition.reached(head, ['processors'])
    const start = await readModels.of(processorsReadModel).start({ id: processorId(app, name), app })
    return subscriptions.open(start ?? head, resultsOf(app))
  },
  resolve(item: Item | Untellable, _args: unknown, context: RequestContext): Item {
    context.renew()
    if (item instanceof Untellable) throw item.error
    return item
  },
}
