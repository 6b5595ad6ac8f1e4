import type pg from 'pg'
import { appAggregate } from '../../domain/app/app.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition, type Position } from '../../eventing/position.ts'
import { type DetailRow, detailTable } from '../detail-rows.ts'
import { foldRows } from '../folded-rows.ts'
import { type AppVersionView, appVersionsOf, evolveAppVersionView } from './app-version-view.ts'
import { type AppView, evolveAppView } from './app-view.ts'
import { evolveRolloutView, type RolloutView, rolloutsOf } from './rollout-view.ts'

export interface DetailView {
  readonly id: string
  readonly state: string
  readonly changedAt: Position
}

/** Returns the JSON of a view without what is in columns of its own. */
export function detailsText({ id: _id, state: _state, changedAt: _changedAt, ...details }: DetailView): string {
  return JSON.stringify(details)
}

/** Returns the view of a row. */
export function viewOfRow<View extends DetailView>({ id, state, details, sequence }: DetailRow<string>, logId: string): View {
  return { ...JSON.parse(details), id, state, changedAt: formatPosition(logId, Number(sequence)) } as View
}

const apps = detailTable<AppView>('apps', detailsText)
const versions = detailTable<AppVersionView>('app_versions', detailsText)
const rollouts = detailTable<RolloutView>('rollouts', detailsText)

export async function projectApps(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => appAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    ...apps,
    viewOf: viewOfRow<AppView>,
    idsOf: ({ event }) => [event.data.app],
    evolve: (view, _id, recorded) => evolveAppView(view, recorded),
  })
  await foldRows(client, schema, own, {
    ...versions,
    viewOf: viewOfRow<AppVersionView>,
    idsOf: ({ event }) => appVersionsOf(event),
    evolve: evolveAppVersionView,
  })
  await foldRows(client, schema, own, {
    ...rollouts,
    viewOf: viewOfRow<RolloutView>,
    idsOf: ({ event }) => rolloutsOf(event),
    evolve: evolveRolloutView,
  })
}
