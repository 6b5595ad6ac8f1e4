import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { type Probe, untilUnfit } from './probe.ts'

/** A process that runs now. */
export interface Instance extends Running {
  readonly pid: number
  /** Resolves when the process is gone, wanted or not. */
  readonly ended: Promise<unknown>
}

export interface KeptRunning<Kept extends Instance> extends Running {
  readonly current: () => Kept
}

export interface KeepRunning<Kept extends Instance> {
  readonly name: string
  /** Starts it; `last` is the instance that ended. */
  readonly start: (last: Kept | null) => Promise<Kept>
  /** Called after each new start except the first. */
  readonly restarted: (kept: Kept) => void | Promise<void>
  /** Checks that it can do its work. Without a probe, a process that runs counts as well. */
  readonly probe?: Probe<Kept>
  readonly logger: Logger
  /** Pause before the first restart; doubled up to 64 times as much while it keeps ending. */
  readonly pauseMs?: number
  /** After it has run for this long, the pause is back at its first value. */
  readonly stableMs?: number
}

/**
 * Starts something, and starts it again whenever it ends or no longer does its work, until `stop` is called.
 * The first start may throw.
 */
export async function keptRunning<Kept extends Instance>(options: KeepRunning<Kept>): Promise<KeptRunning<Kept>> {
  const { name, start, restarted, probe, logger, pauseMs = 100, stableMs = 30_000 } = options
  const stopping = new AbortController()
  let current = await start(null)
  let deaths = 0

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      const end = await endOf(current)
      if (stopping.signal.aborted) return
      deaths = performance.now() - startedAt > stableMs ? 1 : deaths + 1
      logger.error({ part: name, pid: current.pid, end }, `${name} ended; starting it again`)
      await startAgain()
    }
  }

  /** Resolves when the instance is gone: it ended, or it was stopped because it did not do its work. */
  async function endOf(watched: Kept): Promise<unknown> {
    if (probe === undefined) return watched.ended
    const gone = new AbortController()
    const ended = watched.ended.finally(() => gone.abort())
    const reason = await untilUnfit(watched, probe, AbortSignal.any([stopping.signal, gone.signal]))
    if (reason !== null) {
      logger.error({ part: name, pid: watched.pid, reason }, `${name} is there but does not do its work; stopping it`)
      await watched.stop()
    }
    return ended
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
      // Stops an instance whose start was under way when `stop` was called.
      await current.stop()
    },
  }
}
