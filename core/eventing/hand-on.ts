import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import { Pauses } from '../foundation/waiting.ts'
import type { EventStore, RecordedEvent } from './event-store.ts'
import { type HandedRun, handedRun } from './handed-events.ts'
import type { Position } from './position.ts'

const pauses = { firstMs: 100, longestMs: 5_000 }

export interface HandOnOptions {
  readonly store: Pick<EventStore, 'subscribe' | 'head'>
  /** How long events gather until they are handed on. */
  readonly gatherMs: number
  readonly logger: Logger
  hand(run: HandedRun): void
}

export interface HandingOn extends Running {
  /** Somebody waits for the events up to a position. */
  hurry(position: Position): void
}

/**
 * Hands on what comes at the end of the log, in runs. Where it can't go on, it begins again at the end of the log, and the other side
 * reads what is between: these events are a fast path, never the only one.
 */
export function handOn({ store, gatherMs, logger, hand }: HandOnOptions): HandingOn {
  const stopping = new AbortController()
  let gathered: RecordedEvent[] = []
  let handedUpTo: Position | null = null
  let wanted: Position | null = null
  let timer: NodeJS.Timeout | undefined
  let hurried: NodeJS.Immediate | undefined

  function flush(): void {
    clearTimeout(timer)
    clearImmediate(hurried)
    timer = undefined
    hurried = undefined
    const last = gathered.at(-1)
    if (!last || handedUpTo === null) return
    hand(handedRun(handedUpTo, gathered))
    handedUpTo = last.position
    gathered = []
  }

  async function follow(): Promise<void> {
    const rests = new Pauses(pauses, stopping.signal)
    while (!stopping.signal.aborted) {
      try {
        handedUpTo = await store.head()
        for await (const { events } of store.subscribe({ after: handedUpTo, signal: stopping.signal })) {
          rests.reset()
          gathered.push(...events)
          const last = gathered.at(-1)
          if (last && wanted !== null && wanted > (handedUpTo as Position)) flush()
          else if (last) timer ??= setTimeout(flush, gatherMs)
        }
      } catch (error) {
        logger.debug({ err: error }, 'events can not be handed on; the other side reads them')
      }
      flush()
      await rests.pause()
    }
  }

  const following = follow()
  return {
    hurry(position) {
      if (wanted === null || wanted < position) wanted = position
      // Those who ask in one turn need one run.
      if (gathered.length > 0) hurried ??= setImmediate(flush)
    },
    async stop() {
      stopping.abort()
      await following
    },
  }
}
