import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { type Probe, untilUnfit } from './probe.ts'

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
  /** How it shows that it can do its work; without one it counts as well for as long as it is there. */
  readonly probe?: Probe<Kept>
  readonly logger: Logger
  /** First pause before a new start; doubled up to 64 times as much while it keeps dying. */
  readonly pauseMs?: number
  /** After so long a life the pause is the first one again. */
  readonly stableMs?: number
}

/**
 * Starts something and starts it again whenever it ends, or lives on without doing its work, until it is told to stop.
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

  /** Resolves when it is gone: by itself, or because it was stopped for not doing its work. */
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
      // A start that was under way when the stop came.
      await current.stop()
    },
  }
}
