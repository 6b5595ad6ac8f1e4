import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

export interface TailOptions {
  readonly store: EventStore
  /** From before anything was cached: what is written later is never missed. */
  readonly after: Position
  readonly observe: (events: readonly RecordedEvent[]) => void
  readonly logger: Logger
}

export interface Tail extends Running {
  /** False once it has broken: then caches and waiting clients would hear nothing of other instances any more. */
  isFollowing(): boolean
}

/** Follows the end of the log, for what this process keeps in memory of streams that other instances write too. */
export function followTail({ store, after, observe, logger }: TailOptions): Tail {
  const stopping = new AbortController()
  let isFollowing = true

  async function follow(): Promise<void> {
    try {
      for await (const { events } of store.subscribe({ after, signal: stopping.signal })) observe(events)
    } catch (error) {
      logger.error({ err: error }, 'the tail of the log broke; this instance is not ready any more')
    }
    isFollowing = false
  }

  const following = follow()
  return {
    isFollowing: () => isFollowing,
    async stop() {
      stopping.abort()
      await following
    },
  }
}
