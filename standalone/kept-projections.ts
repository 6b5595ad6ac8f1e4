import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { handOn } from '@elves/core/eventing/hand-on.ts'
import type { HandedRun } from '@elves/core/eventing/handed-events.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import type { Commits } from '@elves/core/read-models/commit-listener.ts'
import { gatherMs } from '@elves/core/read-models/hurry.ts'
import type { Committed, ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import { isReadModelName } from '@elves/core/read-models/registry.ts'
import type { HandledBatch } from '@elves/projection-service/thread/messages.ts'
import { type ProjectionThread, projectionThread } from '@elves/projection-service/thread/projection-thread.ts'
import { type KeptRunning, keptRunning } from './kept-running.ts'

/** The projectors in a thread of their own, which is kept running. */
export interface KeptProjections extends Running {
  /** As the thread told last. */
  status(): readonly ProjectorStatus<string>[]
  isReady(): boolean
  /** Something was appended to the log. */
  appended(): void
  /** Somebody waits for this position. */
  hurry(position: Position): void
  /** What the projectors have committed. */
  readonly commits: Commits
  /** Resolves when the thread runs; rejects if it can't start. */
  readonly started: Promise<void>
}

export interface KeptProjectionsOptions {
  readonly settings: Settings
  readonly logger: Logger
  /** Gets whole lines of the thread's log. */
  readonly log: { write(lines: string): void }
  handled(batch: HandledBatch): void
  /** Events of it are handed to the thread, which else reads them; null: it reads them all, which costs the main thread nothing. */
  readonly handedOf: Pick<EventStore, 'subscribe' | 'head'> | null
}

/** Starts the thread, which takes some time. If it ends later, it is started again, and goes on from the checkpoints. */
export function keptProjections({ settings, logger, log, handled, handedOf }: KeptProjectionsOptions): KeptProjections {
  const listeners = new Set<(committed: Committed | null) => void>()
  let status: readonly ProjectorStatus<string>[] = []
  let gathering: NodeJS.Timeout | undefined
  let isHurried = false

  function progress(now: readonly ProjectorStatus<string>[]): void {
    status = now
    for (const [position, those] of Map.groupBy(now, (one) => one.position)) {
      const committed = { names: those.map(({ name }) => name).filter(isReadModelName), position }
      for (const listener of listeners) listener(committed)
    }
  }

  async function start(): Promise<ProjectionThread> {
    const thread = await projectionThread({
      settings,
      logLevel: settings.ELVES_LOG_LEVEL,
      log,
      progress: (message) => {
        for (const batch of message.handled) handled(batch)
        progress(message.status)
      },
    })
    void thread.ended.then((end) => {
      status = status.map((one) => ({ ...one, state: 'CATCHING_UP', error: `[INTERNAL] the thread of the projectors ended: ${end}` }))
    })
    return thread
  }

  let kept: KeptRunning<ProjectionThread> | null = null
  const starting = keptRunning({ name: 'projections', start, restarted: () => undefined, logger }).then((running) => {
    kept = running
  })
  // Whoever waits for it gets the error.
  starting.catch(() => undefined)
  // What is new before the thread runs, it reads itself.
  const tell = (run?: HandedRun) => kept?.current().news(run)
  const handing = handedOf && handOn({ store: handedOf, gatherMs, logger, hand: tell })
  return {
    started: starting,
    status: () => status,
    isReady: () => status.length > 0 && status.every(({ state }) => state === 'LIVE'),
    appended() {
      // What was appended is handed on when it has come.
      if (handing) return
      gathering ??= setTimeout(() => {
        gathering = undefined
        tell()
      }, gatherMs)
    },
    hurry(position) {
      if (status.every((one) => one.position >= position)) return
      handing?.hurry(position)
      if (isHurried || handing) return
      isHurried = true
      // Those who ask in one turn need one message.
      setImmediate(() => {
        isHurried = false
        tell()
      })
    },
    commits: {
      listen(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      stop: async () => listeners.clear(),
    },
    async stop() {
      clearTimeout(gathering)
      await handing?.stop()
      await starting.catch(() => undefined)
      await kept?.stop()
    },
  }
}
