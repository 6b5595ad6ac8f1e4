import { holdLease, type Lease } from '@elves/core/eventing/leases/lease.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import type { OpenAttemptsFeed } from '../open-attempts/open-attempts-feed.ts'
import { type DeadlinesOptions, watchDeadlines } from './deadlines.ts'

export interface OwnDeadlinesOptions {
  readonly pool: pg.Pool
  /** Names this instance in the lease. */
  readonly owner: string
  readonly feed: Pick<OpenAttemptsFeed, 'feedWhileOwned'>
  readonly watch: DeadlinesOptions
  readonly logger: Logger
}

const leaseName = 'deadlines'

/** Feeds the table of open attempts and acts on it, whenever this instance has the lease for both. */
export function ownDeadlines({ pool, owner, feed, watch, logger }: OwnDeadlinesOptions): Running {
  async function whileHeld({ token, signal: lost }: Lease): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([lost, over.signal])
    const both = [feed.feedWhileOwned({ signal, fence: { name: leaseName, token } }), watchDeadlines(watch, signal)]
    try {
      // Where one can not go on, the other ends with it, and the lease is asked for again.
      await Promise.race(both)
    } finally {
      over.abort()
      await Promise.allSettled(both)
    }
  }

  return holdLease({ pool, name: leaseName, owner, logger, whileHeld })
}
