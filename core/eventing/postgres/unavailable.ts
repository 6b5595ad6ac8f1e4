import { ElvesError } from '../../foundation/errors.ts'

/**
 * SQLSTATE classes of errors that pass by themselves: connection (08), rollback (40), resources (53), operator (57:
 * shutdown, starting up), system (58); and lock not available.
 */
const passing = /^(08|40|53|57|58|55P03)/
const sqlState = /^[0-9A-Z]{5}$/

/**
 * Returns true if the error of a query of `pg` may pass by itself. Only for errors of the driver: its own errors
 * ("Connection terminated") have no code at all, and system errors (ECONNREFUSED) have no SQLSTATE.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof ElvesError) return error.canRetry
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code !== 'string' || !sqlState.test(code) || passing.test(code)
}

/** Returns true if an error, of the driver or not, has the SQLSTATE of an error that passes by itself. */
export function hasPassingState(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.test(error.code)
}

export function storeUnavailable(cause: unknown): ElvesError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new ElvesError('STORE_UNAVAILABLE', `the database does not answer: ${reason}`, { canRetry: true, cause, facts: { away: 'The database' } })
}

/** Returns STORE_UNAVAILABLE for an error of the driver that passes by itself, and any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  return isPassing(error) && !(error instanceof ElvesError) ? storeUnavailable(error) : error
}

/** Returns the result of a query. Throws STORE_UNAVAILABLE (canRetry) if it failed for a reason that passes by itself. */
export async function orUnavailable<Result>(query: Promise<Result>): Promise<Result> {
  try {
    return await query
  } catch (error) {
    throw isPassing(error) ? storeUnavailable(error) : error
  }
}
