import { ElvesError } from '../../foundation/errors.ts'
import { retrying } from '../../foundation/waiting.ts'

/**
 * gRPC status codes that a repetition of the call does not cure: INVALID_ARGUMENT (also an append that is too large),
 * PERMISSION_DENIED, RESOURCE_EXHAUSTED (a message that is too large), FAILED_PRECONDITION (a deleted stream),
 * UNIMPLEMENTED, UNAUTHENTICATED. All others pass: a node without a leader also answers UNKNOWN.
 */
const lasting: ReadonlySet<unknown> = new Set([3, 7, 8, 9, 12, 16])
const denied: ReadonlySet<unknown> = new Set([7, 16])

/** Returns true if the error of a call of the client may pass by itself: no connection, no leader, a restart, a deadline. */
export function isPassingRefusal(error: unknown): boolean {
  if (error instanceof ElvesError) return error.canRetry
  if (error instanceof TypeError || error instanceof RangeError) return false
  return !lasting.has(codeOf(error))
}

const nodeRetry = { firstMs: 100, longestMs: 1_000, giveUpMs: 10_000, isPassing: isPassingRefusal }

/**
 * Repeats a call while no node answers as leader (a restart takes a second or two, an election a few). Throws
 * STORE_UNAVAILABLE after 10 s.
 */
export async function untilNodeAnswers<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await retrying(call, nodeRetry)
  } catch (error) {
    throw isPassingRefusal(error) ? storeUnavailable(error) : asRefusal(error)
  }
}

function storeUnavailable(cause: unknown): ElvesError {
  return new ElvesError('STORE_UNAVAILABLE', `EventStoreDB does not answer: ${reasonOf(cause)}`, { canRetry: true, cause })
}

export function asRefusal(cause: unknown): ElvesError {
  if (cause instanceof ElvesError) return cause
  if (denied.has(codeOf(cause))) return new ElvesError('CONFIG_INVALID', 'EventStoreDB refuses the user of ELVES_EVENTSTOREDB_URL', { cause })
  return new ElvesError('INTERNAL', `EventStoreDB refused a call: ${reasonOf(cause)}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
