import { CircuitBreaker } from '../../foundation/circuit-breaker.ts'

/** A server is back for pools at most so long after it is, and at once where a lasting connection is made first. */
const pauses = { firstMs: 100, longestMs: 2_000 }
const systemErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT', 'ETIMEDOUT'])
/** SQLSTATE of a server that starts or stops. */
const startsOrStops = /^57P0[1-3]$/

const breakers = new Map<string, CircuitBreaker>()

/** Returns the breaker for connections to a server: all pools of this process have one try at a time while it is away. */
export function serverBreaker(connectionString: string): CircuitBreaker {
  const server = serverOf(connectionString)
  const known = breakers.get(server) ?? new CircuitBreaker({ ...pauses, isAway })
  breakers.set(server, known)
  return known
}

function serverOf(connectionString: string): string {
  return URL.parse(connectionString)?.host || connectionString
}

/** A pool that is exhausted, or a server that refuses a user, is not away. */
function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return systemErrors.has(code) || startsOrStops.test(code)
}
