import { setTimeout as pause } from 'node:timers/promises'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** Tries for as long as it takes. */
export type Patience = <Result>(work: () => Promise<Result>) => Promise<Result>

const firstPauseMs = 100
const longestPauseMs = 2_000

/**
 * Tries again what may pass (the store is away, say), until the signal; the records wait at the brokers meanwhile.
 * Rejects with what trying again does not change, or with SHUTTING_DOWN.
 */
export function patience(signal: AbortSignal, logger: Logger): Patience {
  return async (work) => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await work()
      } catch (error) {
        const { code, canRetry } = asElvesError(error)
        if (!canRetry) throw error
        if (signal.aborted) throw new ElvesError('SHUTTING_DOWN', 'this instance is shutting down', { cause: error, canRetry: true })
        logger.warn({ err: error, code, pauseMs }, 'what agents on Kafka said could not be recorded; trying again')
      }
      await pause(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}
