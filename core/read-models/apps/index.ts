import { appAggregate } from '../../domain/app/app.ts'
import { readModel } from '../read-model.ts'
import { appStates } from './app-view.ts'
import { projectApps } from './projector.ts'
import { readApp, readApps, readAppVersion, readAppVersions, readRollout, readRollouts } from './queries.ts'

/** Apps, their versions and their rollouts, one row each. */
export const appsReadModel = readModel({
  name: 'apps',
  tables: [
    { name: 'apps', key: 'id' },
    { name: 'app_versions', key: 'id' },
    { name: 'rollouts', key: 'id' },
  ],
  reads: [appAggregate],
  lists: ['apps', 'app-versions', 'rollouts'],
  states: appStates,
  apply: projectApps,
  queries: { byName: readApp, list: readApps, version: readAppVersion, versions: readAppVersions, rollout: readRollout, rollouts: readRollouts },
})
