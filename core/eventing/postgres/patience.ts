import { retrying } from '../../foundation/waiting.ts'
import { isPassing, storeUnavailable } from './unavailable.ts'

const untilPostgresAnswers = { firstMs: 100, longestMs: 1_000, giveUpMs: 10_000, isPassing }

/** Repeats a read while the database is away (a restart takes a second or two). Throws STORE_UNAVAILABLE after 10 s. */
export async function patiently<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await retrying(read, untilPostgresAnswers)
  } catch (error) {
    throw isPassing(error) ? storeUnavailable(error) : error
  }
}
