import { ElvesError } from './errors.ts'
import { destinationOf, type Logger } from './log.ts'
import { Outage } from './outage.ts'

/** What of this process tells of one log, by the log. */
const all = new WeakMap<object, Map<string, SharedOutage>>()

/** An outage as all that use the same thing see it: it is on while any of them fails. */
class SharedOutage {
  readonly #outage: Outage
  readonly #failing = new Set<Tries>()

  constructor(logger: Logger, what: string) {
    this.#outage = new Outage({ logger, what })
  }

  failed(one: Tries, error: unknown): void {
    this.#failing.add(one)
    this.#outage.failed(error)
  }

  succeeded(one: Tries): void {
    if (this.#failing.delete(one) && this.#failing.size === 0) this.#outage.over()
  }
}

/**
 * The tries of one part of the process that goes on whatever happens: a follower, a poll, a lease. What they say of a store, database or
 * broker that is away is one line for all parts together: when it begins, once a minute, and when it is over for all of them.
 */
export class Tries {
  readonly #logger: Logger
  readonly #outages = new Set<SharedOutage>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get areFailing(): boolean {
    return this.#outages.size > 0
  }

  /**
   * Call it for each try that failed. `what`, the subject of a sentence, names what is away; by default the error does. Returns true if
   * it is told as an outage: then the caller says nothing.
   */
  failed(error: unknown, what: string | null = awayOf(error)): boolean {
    if (what === null) return false
    const outage = outageOf(this.#logger, what)
    this.#outages.add(outage)
    outage.failed(this, error)
    return true
  }

  /** Call it for each try that succeeded, and when there is no further one. */
  over(): void {
    if (this.#outages.size === 0) return
    for (const outage of this.#outages) outage.succeeded(this)
    this.#outages.clear()
  }
}

/** Returns what is away, as the subject of a sentence; null if the error is another one. */
function awayOf(error: unknown): string | null {
  if (!(error instanceof ElvesError) || error.code !== 'STORE_UNAVAILABLE') return null
  const { away } = error.facts as { readonly away?: unknown }
  return typeof away === 'string' ? away : 'The store'
}

/** Loggers of one log share what they tell, whatever names their lines have. */
function outageOf(logger: Logger, what: string): SharedOutage {
  const log = destinationOf(logger)
  const ofLog = all.get(log) ?? new Map<string, SharedOutage>()
  all.set(log, ofLog)
  const outage = ofLog.get(what) ?? new SharedOutage(logger, what)
  ofLog.set(what, outage)
  return outage
}
