import { randomUUID } from 'node:crypto'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { migrateCommandService } from '../command-service.ts'
import { type DeadlinesOptions, loseOverdue, resendUnanswered } from '../deadlines/deadlines.ts'
import { postgresSignals } from '../instances/signals.ts'
import { postgresOpenAttempts } from '../open-attempts/open-attempts.ts'
import { openAttemptsFeed } from '../open-attempts/open-attempts-feed.ts'
import { reconciliation } from '../tasks/reconcile.ts'
import { center } from './center.ts'

export const times = { deadlineGraceMs: 15_000, resendAfterMs: 0 }

/** A migrated database with its event store; closed by `close`. */
export async function testStore() {
  const database = await eventingDatabase()
  await migrateCommandService(database.pool)
  return { ...database, store: await database.store() }
}

/** The task side with its deadlines on Postgres; stop and make it again for a restart of the process. */
export function postgresCenter(
  { store, pool }: Pick<Awaited<ReturnType<typeof testStore>>, 'store' | 'pool'>,
  changes: Parameters<typeof center>[1] & { gatherMs?: number; patienceMs?: number; isFeeding?: boolean } = {},
) {
  const here = center(store, changes)
  const signals = postgresSignals({ pool, schema: 'elves', instanceId: randomUUID(), logger: silentLogger })
  const { gatherMs = 20, patienceMs = 300, isFeeding = true } = changes
  const feed = openAttemptsFeed({ store, pool, schema: 'elves', times, signals, logger: silentLogger, gatherMs, patienceMs })
  const owner = new AbortController()
  const feeding = isFeeding ? feed.feedWhileOwned({ signal: owner.signal }) : Promise.resolve()
  const attempts = postgresOpenAttempts(pool, 'elves', times.resendAfterMs)
  const { decisions, links, metrics } = here
  const deadlines: DeadlinesOptions = { store, decisions, attempts, links, metrics, logger: silentLogger }
  const reconcile = reconciliation({ store, decisions, attempts, caughtUp: () => feed.caughtUp(), logger: silentLogger })
  return {
    ...here,
    feed,
    signals,
    attempts,
    reconcile,
    deadlines,
    async loseOverdue() {
      await feed.caughtUp()
      return loseOverdue(deadlines)
    },
    async resendUnanswered() {
      await feed.caughtUp()
      return resendUnanswered(deadlines)
    },
    /** Nobody feeds the table of open attempts from here any more. */
    async stopFeeding() {
      owner.abort()
      await feeding
    },
    async stop() {
      owner.abort()
      await feeding
      await signals.stop()
    },
  }
}
