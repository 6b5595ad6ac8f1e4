import { decodedEvents } from '@elves/core/eventing/encoded-event.ts'
import { feedByReads } from '@elves/core/eventing/feed-by-reads.ts'
import type { HandedRun } from '@elves/core/eventing/handed-events.ts'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { onStack, type Running } from '@elves/core/foundation/lifecycle.ts'
import { loggerTo } from '@elves/core/foundation/log.ts'
import { projectors } from '../projectors.ts'
import { rebuildsOnRequest } from '../rebuilds-on-request.ts'
import type { FromThread, HandledBatch, ThreadData } from './messages.ts'

export interface ProjectionsInThread extends Running {
  news(run?: HandedRun): void
}

/** One for the pass, one for a projector that is alone, one for the states. */
const connections = 3

/** Runs the projectors with connections of its own; the schemas must have been migrated. Tells `post` how far they are. */
export async function projectionsInThread({ settings, logLevel }: ThreadData, post: (message: FromThread) => void): Promise<ProjectionsInThread> {
  const logger = loggerTo({ write: (lines) => post({ kind: 'log', lines }) }, 'standalone', logLevel).child({ part: 'projection-service' })
  return onStack(logger, async (stack) => {
    const pool = databasePool(settings.ELVES_DATABASE_URL, connections, logger, { plansOnce: true })
    stack.defer('pool', () => pool.end())
    const store = await openEventStore({ settings, logger, isFollowedElsewhere: false })
    stack.defer('event store', () => store.close())
    const feed = feedByReads(store)
    let handled: HandledBatch[] = []
    let decodedBefore = 0
    let isPosting = false
    const progress = (): void => {
      if (isPosting) return
      isPosting = true
      // All that changes in this turn is one message.
      setImmediate(() => {
        isPosting = false
        post({ kind: 'progress', status: running.status(), handled, decoded: decodedEvents() - decodedBefore })
        handled = []
        decodedBefore = decodedEvents()
      })
    }
    const running = stack.use(
      'projectors',
      await projectors({
        store: feed,
        pool,
        logger,
        gatherMs: 0,
        handled: (projector, { recordedAt }, tookMs) => {
          handled.push({ projector, recordedAt, tookMs })
        },
        changed: progress,
      }),
    )
    const owner = `projections-of-${process.pid}`
    stack.use('rebuilds', rebuildsOnRequest({ store, pool, connectionString: settings.ELVES_DATABASE_URL, owner, logger }))
    stack.defer('feed', () => feed.close())
    progress()
    return { news: (run) => feed.news(run), stop: () => stack.stop() }
  })
}
