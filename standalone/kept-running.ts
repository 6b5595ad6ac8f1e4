import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** A process that runs now. */
export interface Instance extends Running {
  readonly pid: number
  /** Resolves when it is gone, wanted or not. */
  readonly ended: Promise<unknown>
}

export interface KeptRunning<Kept extends Instance> extends Running {
  readonly current: () => Kept
}

export interface KeepRunning<Kept extends Instance> {
  readonly name: string
  /** Starts it; `last` is the one that ended. */
  readonly start: (last: Kept | null) => Promise<Kept>
  /** After each new start beside the first. */
  readonly restarted: (kept: Kept) => void | Promise<void>
  readonly logger: Logger
  /** First pause before a new start; doubled up to 64 times as much while it keeps dying. */
  readonly pauseMs?: number
  /** After so long a life the pause is the first one again. */
  readonly stableMs?: number
}

/** Starts something and starts it again whenever it ends, until it is told to stop. The first start may throw. */
export async function keptRunning<Kept extends Instance>(options: KeepRunning<Kept>): Promise<KeptRunning<Kept>> {
  const { name, start, restarted, logger, pauseMs = 100, stableMs = 30_000 } = options
  const stopping = new AbortController()
  let current = await start(null)
  let deaths = 0

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const end = await current.ended
      if (stopping.signal.aborted) return
      deaths = performance.now() - startedAt > stableMs ? 1 : deaths + 1
      logger.error({ part: name, pid: current.pid, end }, `${name} ended; starting it again`)
      await startAgain()
    }
  }

  async function startAgain(): Promise<void> {
    for (; !stopping.signal.aborted; deaths++) {
      await pause(pauseMs * 2 ** Math.min(deaths - 1, 6), stopping.signal)
      if (stopping.signal.aborted) return
      try {
        current = await start(current)
        if (!stopping.signal.aborted) await restarted(current)
        return
      } catch (error) {
        logger.error({ err: error, part: name }, `${name} did not start again`)
      }
    }
  }

  const watching = watch()
  return {
    current: () => current,
    stop: async () => {
      stopping.abort()
      await current.stop()
      await watching
      // A start that was under way when the stop came.
      await current.stop()
    },
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
