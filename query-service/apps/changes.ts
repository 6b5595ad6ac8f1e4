import { appAggregate } from '@elves/core/domain/app/app.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type AppView, evolveAppView } from '@elves/core/read-models/apps/app-view.ts'
import type { AppsFilter, RolloutsFilter } from '@elves/core/read-models/apps/queries.ts'
import { evolveRolloutView, type RolloutView, rolloutsOf } from '@elves/core/read-models/apps/rollout-view.ts'
import { streamEvents } from '../read-side/stream-events.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

export const appChanges = followed({
  name: 'app',
  of: [appAggregate],
  evolve: (view: AppView | null, _id, recorded) => evolveAppView(view, recorded),
})

export const rolloutChanges = followed({
  name: 'rollout',
  of: [appAggregate],
  idsOf: rolloutsOf,
  evolve: evolveRolloutView,
  async before(streams, id, { stream, position }) {
    let view: RolloutView | null = null
    for await (const event of streamEvents(streams, stream)) {
      if (event.position >= position) break
      view = rolloutAfter(view, id, event)
    }
    return view
  },
  isOpen: ({ endedAt }) => endedAt === null,
})

/** Folds an event of the app's stream; what is not of the rollout changes nothing. */
export function rolloutAfter(view: RolloutView | null, id: string, recorded: RecordedEvent): RolloutView | null {
  return appAggregate.isEvent(recorded) && rolloutsOf(recorded.event).includes(id) ? evolveRolloutView(view, id, recorded) : view
}

/** What `readApps` finds by SQL. */
export function appMatches({ names, states }: AppsFilter): (app: AppView) => boolean {
  const [ofNames, ofStates] = [anyOf(names), anyOf(states)]
  return ({ id, state }) => ofNames(id) && ofStates(state)
}

/** What `readRollouts` finds by SQL. */
export function rolloutMatches({ ids, apps, states }: RolloutsFilter): (rollout: RolloutView) => boolean {
  const [ofIds, ofApps, ofStates] = [anyOf(ids), anyOf(apps), anyOf(states)]
  return ({ id, app, state }) => ofIds(id) && ofApps(app) && ofStates(state)
}
