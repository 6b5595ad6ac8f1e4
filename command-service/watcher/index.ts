import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { partOf } from '../component-features.ts'
import { openIncidents } from './open-incidents.ts'
import { sightings } from './seen.ts'
import { watcher, watcherName } from './watcher.ts'

/** Watches the platform, and tells incidents, on one instance at a time. */
export const watcherWriteFeature = partOf('watcher', ({ pool, schema, settings, aggregates, attemptsTable, instanceId, logger: parent }) => {
  const { everyMs, ...bounds } = settings.watcher
  const logger = parent.child({ watcher: watcherName })
  const { whileHeld } = watcher({
    aggregates,
    look: () => sightings(pool, schema, bounds),
    async open() {
      await attemptsTable.caughtUp()
      return openIncidents(pool, schema)
    },
    everyMs,
    logger,
  })
  return { managers: { [watcherName]: holdLease({ pool, name: watcherName, owner: instanceId, logger, whileHeld }) } }
})
