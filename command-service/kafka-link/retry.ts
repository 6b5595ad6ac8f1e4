import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { retrying } from '@elves/core/foundation/waiting.ts'

/** Repeats the work until it succeeds, or cannot succeed. */
export type Retry = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Repeats work that fails for a passing reason (the store is away, say), until the signal aborts; the records wait at the brokers
 * meanwhile. Rejects with an error that a retry does not change, or with SHUTTING_DOWN.
 */
export function retryUntil(signal: AbortSignal, logger: Logger): Retry {
  const isPassing = (error: unknown) => asElvesError(error).canRetry
  const tries = new Tries(logger)
  const failed = (error: unknown, pauseMs: number) => {
    if (tries.failed(error)) return
    logger.warn({ err: error, code: asElvesError(error).code, pauseMs }, 'messages of agents on Kafka could not be recorded; trying again')
  }
  const options = { firstMs: 100, longestMs: 2_000, signal, isPassing: (error: unknown) => isPassing(error) && !signal.aborted, failed }
  return async (work) => {
    try {
      const result = await retrying(work, options)
      tries.over()
      return result
    } catch (error) {
      if (!isPassing(error)) throw error
      throw new ElvesError('SHUTTING_DOWN', 'this instance is shutting down', { cause: error, canRetry: true })
    }
  }
}
