import type pg from 'pg'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { Pauses, pause, untilTick } from '../../foundation/waiting.ts'
import { asUnavailable } from '../postgres/unavailable.ts'
import { type LeaseRows, leaseRows } from './lease-rows.ts'

export { checkFence } from './lease-rows.ts'

/** A held lease. The token grows with each change of owner. The signal aborts when the lease is lost or the process stops. */
export interface Lease {
  readonly token: number
  readonly signal: AbortSignal
  /**
   * Returns false once the lease may be another's. A process that stood still sees this before the signal, which needs a turn of the
   * event loop: ask it right before an act that no fence guards.
   */
  isValid(): boolean
}

export interface LeaseOptions {
  readonly pool: pg.Pool
  /** Name of the lease. */
  readonly name: string
  /** Names the owner, for people. */
  readonly owner: string
  /**
   * How long a silent owner keeps the lease. In that time, the owner renews it three times, and other instances ask for it
   * three times. Default 3 s.
   */
  readonly ttlMs?: number
  readonly logger: Logger
  readonly schema?: string
  /** The work under the lease. It runs again each time the lease is acquired; if it throws, the lease is released. */
  whileHeld(lease: Lease): Promise<void>
}

/** With the second between two requests, another instance takes over from a dead owner within 5 s. */
const defaultTtlMs = 3_000
/** So seldom it is asked for while the database does not answer. */
const slowestAskMs = 4_000

/** Waits for a lease, works while it holds it, and waits again after losing it. There is one owner at a time, by the database's clock. */
export function holdLease(options: LeaseOptions): Running {
  const stopping = new AbortController()
  const finished = hold(options, stopping.signal)
  return {
    stop: () => {
      stopping.abort()
      return finished
    },
  }
}

async function hold(options: LeaseOptions, stopping: AbortSignal): Promise<void> {
  const { name, owner, ttlMs = defaultTtlMs, pool, schema } = options
  const logger = options.logger.child({ lease: name, owner })
  const rows = leaseRows(pool, { name, owner, ttlMs }, schema)
  const tries = new Tries(logger)
  const pauses = new Pauses({ firstMs: ttlMs / 3, longestMs: slowestAskMs }, stopping)
  while (!stopping.aborted) {
    // Measured before the request: the answer may be slow, and the lease runs from when the server granted it.
    const askedAt = performance.now()
    const answer = await rows.acquire().then(
      (token) => ({ token }),
      (error: unknown) => {
        if (!tries.failed(asUnavailable(error))) logger.warn({ err: error }, 'asking for a lease failed; it is tried again')
        return null
      },
    )
    if (answer === null) {
      await pauses.pause()
      continue
    }
    tries.over()
    pauses.reset()
    const { token } = answer
    if (token !== null) await workWith({ ...options, ttlMs, logger, tries }, rows, { token, askedAt }, stopping)
    if (!stopping.aborted) await pause(ttlMs / 3, stopping)
  }
  tries.over()
}

async function workWith(
  { whileHeld, ttlMs, logger, tries }: LeaseOptions & { readonly ttlMs: number; readonly tries: Tries },
  rows: LeaseRows,
  { token, askedAt }: { token: number; askedAt: number },
  stopping: AbortSignal,
): Promise<void> {
  const losing = new AbortController()
  const term = { validUntil: askedAt + ttlMs }
  const signal = AbortSignal.any([stopping, losing.signal])
  const done = new AbortController()
  logger.info({ token }, 'lease held')
  const renewing = renew(rows, { token, term, ttlMs, tries }, AbortSignal.any([stopping, done.signal])).then((lost) => {
    if (!lost) return
    // That the database does not answer is told by itself.
    logger[tries.areFailing ? 'debug' : 'warn']({ err: lost, token }, 'lease lost')
    losing.abort(lost)
  })
  try {
    await whileHeld({ token, signal, isValid: () => !signal.aborted && performance.now() < term.validUntil })
  } catch (error) {
    if (asElvesError(error).code !== 'LEASE_LOST' && !signal.aborted) logger.error({ err: error, token }, 'work under a lease failed')
  } finally {
    done.abort()
    await renewing
    // Has no effect if the lease was lost. Otherwise the next owner need not wait for its end.
    await rows.release(token).catch(() => undefined)
  }
}

/** Until when the lease is ours for sure, on the monotonic clock, in ms. */
interface Term {
  validUntil: number
}

interface Renewing {
  readonly token: number
  readonly term: Term
  readonly ttlMs: number
  readonly tries: Tries
}

/** Renews the lease. Resolves with the reason when the lease is lost, with null when the signal aborts. */
async function renew(rows: LeaseRows, { token, term, ttlMs, tries }: Renewing, signal: AbortSignal): Promise<ElvesError | null> {
  for (;;) {
    await pause(Math.max(1, Math.min(untilTick(ttlMs / 3), term.validUntil - performance.now())), signal)
    if (signal.aborted) return null
    const startedAt = performance.now()
    const renewed = await Promise.race([
      rows.renew(token).catch((error: unknown) => {
        tries.failed(asUnavailable(error))
        return null
      }),
      pause(Math.max(1, term.validUntil - startedAt), signal).then(() => null),
    ])
    if (renewed === false) return new ElvesError('LEASE_LOST', 'another instance took the lease')
    if (renewed !== null) tries.over()
    if (renewed) term.validUntil = startedAt + ttlMs
    else if (performance.now() >= term.validUntil) return new ElvesError('LEASE_LOST', 'the lease could not be renewed in time')
  }
}
