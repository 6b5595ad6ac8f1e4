import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { type UnreadableEvent, unreadableEvent } from '@elves/core/eventing/unreadable-event.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { pause } from '@elves/core/foundation/waiting.ts'

export interface LogFollowerOptions {
  readonly store: EventFeed
  /** A position from before anything was cached, so that nothing written later is missed. */
  readonly after: Position
  readonly observe: (events: readonly RecordedEvent[]) => void
  /** Called for an event that can not be read: what is in memory of its stream does not hold any more. The follower goes on after it. */
  readonly unreadable: (event: UnreadableEvent) => void
  readonly logger: Logger
  /** Pause before it goes on after the store was away; default 1 s. */
  readonly retryMs?: number
}

export interface LogFollower extends Running {
  /** Returns false once it has broken: caches and waiting clients then hear nothing more of other instances. */
  isFollowing(): boolean
}

/** Follows the end of the log, to keep up to date what this process has in memory of streams that other instances write too. */
export function followLog({ store, after, observe, unreadable, logger, retryMs = 1000 }: LogFollowerOptions): LogFollower {
  const stopping = new AbortController()
  const { signal } = stopping
  const tries = new Tries(logger)
  let position = after
  let isFollowing = true

  async function follow(): Promise<void> {
    while (isFollowing && !signal.aborted) {
      try {
        for await (const batch of store.subscribe({ after: position, signal })) {
          observe(batch.events)
          position = batch.position
          tries.over()
        }
        // The subscription ends by itself only when this process or the store stops.
        isFollowing = false
      } catch (error) {
        const event = unreadableEvent(error)
        if (event) {
          const { unreadable: err, ...facts } = event
          logger.error({ err, ...facts }, 'an event can not be read; nothing is decided about its stream, all others go on')
          unreadable(event)
          position = event.position
          continue
        }
        isFollowing = asElvesError(error).canRetry
        const isTold = tries.failed(error)
        if (isFollowing && !isTold) logger.warn({ err: error, position }, 'the tail of the log was lost; it goes on where it was')
        if (!isFollowing) logger.error({ err: error, position }, 'the tail of the log broke; this instance is not ready any more')
        if (isFollowing) await pause(retryMs, signal)
      }
    }
    isFollowing = false
    tries.over()
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
