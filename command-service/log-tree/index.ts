import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import type { Signer } from '@elves/core/foundation/ed25519.ts'
import { partOf } from '../component-features.ts'
import { auditKey } from './audit-key.ts'
import { headMetrics } from './head-metrics.ts'
import { headPlaces } from './head-places.ts'
import { keeperName, logTreeKeeper } from './log-tree-keeper.ts'

const timeoutMs = 15_000

/** Keeps the tree over the log and signs its heads, where a key is set. */
export const logTreeWriteFeature = partOf('watcher', ({ store, pool, schema, settings, instanceId, registry, attemptsTable, logger: parent }) => {
  const { keyFile, headMs, headsFile, headsUrl } = settings.audit
  const logger = parent.child({ keeper: keeperName })
  const metrics = headMetrics(registry)
  if (keyFile === '') return {}
  let opened: Promise<Signer> | null = null
  const keeper = logTreeKeeper({
    store,
    pool,
    signer() {
      opened ??= auditKey(keyFile, logger).catch((error: unknown) => {
        opened = null
        throw error
      })
      return opened
    },
    places: headPlaces({ pool, schema, file: headsFile, url: headsUrl, timeoutMs, logger }),
    headMs,
    metrics,
    logger,
    isMakingTables: () => attemptsTable.feeding()?.isMade === false,
  })
  return {
    managers: { 'log-tree': holdLease({ pool, name: keeperName, owner: instanceId, logger, whileHeld: keeper.whileHeld }) },
    observe: keeper.observe,
    unreadable: ({ position }) => keeper.unreadable(position),
  }
})
