import { type AgentAppEvent, agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate, appStream } from '@elves/core/domain/app/app.ts'
import type { AppEvent } from '@elves/core/domain/app/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type AppAgentView, appAgentId, evolveAppAgentView } from '@elves/core/read-models/app-agents/app-agent-view.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import type { AppAgentsFilter } from '@elves/core/read-models/app-agents/queries.ts'
import { type AppVersionView, appVersionsOf, evolveAppVersionView } from '@elves/core/read-models/apps/app-version-view.ts'
import { type AppView, evolveAppView } from '@elves/core/read-models/apps/app-view.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import type { AppsFilter, RolloutsFilter } from '@elves/core/read-models/apps/queries.ts'
import { evolveRolloutView, type RolloutView, rolloutsOf } from '@elves/core/read-models/apps/rollout-view.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { PastList } from '../read-side/past-page.ts'
import { viewAsOf } from '../read-side/past-view.ts'
import type { StreamPages } from '../read-side/stream-events.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { appMatches, rolloutMatches } from './changes.ts'

const changedAt = ({ changedAt: position }: { readonly changedAt: string }) => position
const ofApp = (name: string) => ({ aggregate: appAggregate, stream: appStream(name) })

/** Returns the app as it was at an instant; null where it was not created yet. */
export function appAsOf(pages: StreamPages, name: string, asOf: number): Promise<AppView | null> {
  return viewAsOf(pages, ofApp(name), asOf, evolveAppView)
}

/** The list of apps as it was. */
export function pastApps(readModels: ReadModels, filter: AppsFilter, moment: PastMoment): PastList<AppView> {
  const read: PastList<AppView>['read'] = (request) => readModels.of(appsReadModel).list(filter, request, moment)
  return { moment, read, changedAt, asItWas: ({ id }) => appAsOf(readModels, id, moment.asOf), matches: appMatches(filter) }
}

/** Returns a version of an app as it was at an instant; null where it was not uploaded yet. */
export function appVersionAsOf(pages: StreamPages, app: string, id: string, asOf: number): Promise<AppVersionView | null> {
  return viewAsOf(pages, ofApp(app), asOf, (view: AppVersionView | null, recorded: RecordedEvent<AppEvent>) =>
    appVersionsOf(recorded.event).includes(id) ? evolveAppVersionView(view, id, recorded) : view,
  )
}

/** The list of an app's versions as it was. */
export function pastAppVersions(readModels: ReadModels, app: string, moment: PastMoment): PastList<AppVersionView> {
  const read: PastList<AppVersionView>['read'] = (request) => readModels.of(appsReadModel).versions(app, request, moment)
  return { moment, read, changedAt, asItWas: ({ id }) => appVersionAsOf(readModels, app, id, moment.asOf), matches: () => true }
}

/** Returns the rollout as it was at an instant; null where it had not begun. */
export function rolloutAsOf(pages: StreamPages, id: string, asOf: number): Promise<RolloutView | null> {
  // Its id is `<app>:<number>`.
  return viewAsOf(pages, ofApp(id.split(':')[0] ?? ''), asOf, (view: RolloutView | null, recorded: RecordedEvent<AppEvent>) =>
    rolloutsOf(recorded.event).includes(id) ? evolveRolloutView(view, id, recorded) : view,
  )
}

/** The list of rollouts as it was. */
export function pastRollouts(readModels: ReadModels, filter: RolloutsFilter, moment: PastMoment): PastList<RolloutView> {
  const read: PastList<RolloutView>['read'] = (request) => readModels.of(appsReadModel).rollouts(filter, request, moment)
  return { moment, read, changedAt, asItWas: ({ id }) => rolloutAsOf(readModels, id, moment.asOf), matches: rolloutMatches(filter) }
}

/** The agents of an app as they were. */
export function pastAgentsOfApp(readModels: ReadModels, app: string, filter: AppAgentsFilter, moment: PastMoment): PastList<AppAgentView> {
  const ofStates = anyOf(filter.states)
  return {
    moment,
    read: (request) => readModels.of(appAgentsReadModel).ofApp(app, filter, request, moment),
    changedAt,
    asItWas: async ({ agentId }) => (await appsOfAgentAsOf(readModels, agentId, moment.asOf)).find((one) => one.app === app) ?? null,
    matches: ({ state }) => ofStates(state),
  }
}

/** Returns the apps of the center on an agent as they were at an instant, by name. */
export async function appsOfAgentAsOf(pages: StreamPages, agentId: string, asOf: number): Promise<readonly AppAgentView[]> {
  const of = { aggregate: agentAppsAggregate, stream: agentAppsStream(agentId) }
  const apps = new Map<string, AppAgentView>()
  await viewAsOf(pages, of, asOf, (_last: AppAgentView | null, recorded: RecordedEvent<AgentAppEvent>) => {
    const { app } = recorded.event.data
    const view = evolveAppAgentView(apps.get(app) ?? null, appAgentId(app, agentId), recorded)
    apps.set(app, view)
    return view
  })
  return [...apps.values()].sort((one, other) => (one.app < other.app ? -1 : 1))
}
