import { randomUUID } from 'node:crypto'
import { databaseTime } from '@elves/core/eventing/postgres/database-clock.ts'
import { poll } from '@elves/core/eventing/process-managers/poll.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { migrateCommandService } from '../command-service.ts'
import { type DeadlinesOptions, deadlines as deadlineManager, loseOverdue, resendUnanswered } from '../deadlines/deadlines.ts'
import { postgresSignals } from '../instances/signals.ts'
import { postgresOpenAttempts } from '../open-attempts/open-attempts.ts'
import { openAttemptsTable } from '../open-attempts/open-attempts-table.ts'
import { reconciliation } from '../tasks/reconcile.ts'
import { center } from './center.ts'

const times = { deadlineGraceMs: 15_000, resendAfterMs: 0 }

/** A migrated database with its event store; closed by `close`. */
export async function testStore() {
  const database = await eventingDatabase()
  await migrateCommandService(database.pool)
  return { ...database, store: await database.store() }
}

/** The task side with its deadlines on Postgres. To restart the process, stop it and make it again. */
export function postgresCenter(
  { store, pool }: Pick<Awaited<ReturnType<typeof testStore>>, 'store' | 'pool'>,
  changes: Parameters<typeof center>[1] & {
    mergeMs?: number
    patienceMs?: number
    isFeeding?: boolean
    /** Called before the table of open attempts is said to have all. */
    beforeCaughtUp?: () => Promise<void>
  } = {},
) {
  const here = center(store, changes)
  const signals = postgresSignals({ pool, schema: 'elves', instanceId: randomUUID(), logger: silentLogger })
  const { mergeMs = 20, patienceMs = 300, isFeeding = true, beforeCaughtUp } = changes
  const feed = openAttemptsTable(times, { store, pool, schema: 'elves', signals, logger: silentLogger, mergeMs, patienceMs })
  const owner = new AbortController()
  const feeding = isFeeding ? feed.feedWhileOwned({ signal: owner.signal }) : Promise.resolve()
  const attempts = postgresOpenAttempts(pool, 'elves', times.resendAfterMs)
  const { decisions, links, metrics } = here
  const deadlines: DeadlinesOptions = { store, decisions, attempts, links, metrics, logger: silentLogger }
  const reconcile = reconciliation({
    store,
    decisions,
    attempts,
    async caughtUp() {
      await beforeCaughtUp?.()
      await feed.caughtUp()
    },
    logger: silentLogger,
    patienceMs: beforeCaughtUp ? 50 : 60_000,
  })
  return {
    ...here,
    feed,
    signals,
    attempts,
    reconcile,
    deadlines,
    /** Runs the process manager without a lease until the signal aborts. */
    watchDeadlines(signal: AbortSignal, options: Partial<DeadlinesOptions> = {}) {
      const { intervalMs, clockMoved, act } = deadlineManager({ ...deadlines, pollMs: 10, ...options })
      const fence = { name: 'deadlines', token: 0 }
      return poll(
        { name: 'deadlines', intervalMs, logger: silentLogger, clock: () => databaseTime(pool), clockMoved, act: (look) => act(look, fence) },
        signal,
      )
    },
    async loseOverdue() {
      await feed.caughtUp()
      return loseOverdue(deadlines, (await databaseTime(pool)).ms)
    },
    async resendUnanswered() {
      await feed.caughtUp()
      return resendUnanswered(deadlines)
    },
    /** Stops feeding the table of open attempts. */
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
