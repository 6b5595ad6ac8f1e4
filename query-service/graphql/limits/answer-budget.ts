import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { gauge } from '@elves/core/foundation/metrics.ts'
import { largestPageBytes, type Page, type PageRequest } from '@elves/core/read-models/paging/page.ts'
import { Counter, type Registry } from 'prom-client'

/** Most bytes for the rows of one answer. */
export const maxAnswerBytes = 16 * 1024 * 1024
/** With fewer bytes left, nothing more is read. */
const leastBytes = 64 * 1024

/**
 * The bytes that the answer of one request has left. Its pages are read one after the other, each with at most half of
 * what is left: so something is left for nested pages, and one request never takes all database connections.
 */
export class AnswerBudget {
  readonly #inFlight: AnswersInFlight
  readonly #mostBytes: number
  readonly #begins: (budget: AnswerBudget) => void
  #left: number
  #isReleased = false
  #reading: Promise<unknown> = Promise.resolve()

  /** `begins` is called before the first bytes are counted: many answers never have any. */
  constructor(inFlight: AnswersInFlight, mostBytes = maxAnswerBytes, begins: (budget: AnswerBudget) => void = () => undefined) {
    this.#inFlight = inFlight
    this.#mostBytes = mostBytes
    this.#left = mostBytes
    this.#begins = begins
  }

  /** Counts an answer over HTTP until it is sent or the client is gone. The server limits how long that may take. */
  static untilSent(inFlight: AnswersInFlight, response: ServerResponse): AnswerBudget {
    return new AnswerBudget(inFlight, maxAnswerBytes, (budget) => finished(response, () => budget.release()))
  }

  /** Reads a page. Throws OVERLOADED, and ANSWER_TOO_LARGE unless the page may be empty: then it says that there is more. */
  async page<Item>(
    request: PageRequest,
    read: (request: PageRequest) => Promise<Page<Item>>,
    { mayBeEmpty }: { readonly mayBeEmpty: boolean },
  ): Promise<Page<Item>> {
    const page = await this.#inTurn(async (maxBytes) => {
      const found = await read({ ...request, maxBytes })
      return [found, found.bytes]
    })
    if (page) return page
    if (mayBeEmpty) return { edges: [], endCursor: request.after, hasNextPage: true, unreadable: [], bytes: 0 }
    throw tooLarge(this.#mostBytes)
  }

  /** Runs a read that returns its result and the bytes it takes. Throws ANSWER_TOO_LARGE, OVERLOADED. */
  async read<Read>(read: (maxBytes: number) => Promise<readonly [Read, bytes: number]>): Promise<Read> {
    const found = await this.#inTurn(read)
    if (found === null) throw tooLarge(this.#mostBytes)
    return found
  }

  /** Counts bytes that are in memory already. Throws ANSWER_TOO_LARGE. */
  take(bytes: number): void {
    if (bytes > this.#left) throw tooLarge(this.#mostBytes)
    this.#spend(bytes)
  }

  /** Call it when the answer is sent, or when the client is gone. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#inFlight.release(this.#mostBytes - this.#left)
  }

  /** The last answer was sent, and the next one begins. */
  renew(): void {
    if (!this.#isReleased) this.#inFlight.release(this.#mostBytes - this.#left)
    this.#left = this.#mostBytes
  }

  /** Runs reads one after the other. Returns null if too few bytes are left. */
  #inTurn<Read>(read: (maxBytes: number) => Promise<readonly [Read, bytes: number]>): Promise<Read | null> {
    const reading = this.#reading.then(async () => {
      if (this.#left < leastBytes) return null
      return this.#inFlight.read(async () => {
        const [found, bytes] = await read(Math.min(Math.floor(this.#left / 2), largestPageBytes))
        this.#spend(bytes)
        return found
      })
    })
    this.#reading = reading.catch(() => undefined)
    return reading
  }

  #spend(bytes: number): void {
    if (this.#left === this.#mostBytes && !this.#isReleased) this.#begins(this)
    this.#left -= bytes
    // After the release nothing would free these bytes, so they are not counted.
    if (this.#isReleased) return
    this.#inFlight.hold(bytes)
  }
}

export function tooLarge(mostBytes = maxAnswerBytes): ElvesError {
  return new ElvesError('ANSWER_TOO_LARGE', `an answer has at most ${mostBytes / 1024 / 1024} MiB; ask for fewer items or values at once`)
}

/** Most bytes in all answers of this process that are not sent yet. */
const mostHeldBytes = 64 * 1024 * 1024
/** How many reads run at the same time: each may return a page of 8 MiB, and other queries need database connections too. */
const readsAtOnce = 3
const waitingReads = 1_000
const patienceMs = 5_000

export interface AnswersInFlightOptions {
  readonly registry: Registry
  readonly mostBytes?: number
  readonly patienceMs?: number
}

/**
 * Counts the bytes of all answers from read to sent, because slow clients hold them for long. A read waits for its
 * turn; it is refused if others hold too much for as long as it may wait.
 */
export class AnswersInFlight {
  readonly #mostBytes: number
  readonly #patienceMs: number
  readonly #refused: Counter
  readonly #waiting = new Set<() => void>()
  #held = 0
  #reading = 0

  constructor({ registry, mostBytes = mostHeldBytes, ...options }: AnswersInFlightOptions) {
    this.#mostBytes = mostBytes
    this.#patienceMs = options.patienceMs ?? patienceMs
    const held = () => this.#held
    const waiting = () => this.#waiting.size
    gauge(registry, 'elves_graphql_answers_bytes', 'Bytes that were read for GraphQL answers that are not sent yet.', held)
    gauge(registry, 'elves_graphql_reads_waiting', 'Reads for GraphQL answers that wait for their turn.', waiting)
    this.#refused = new Counter({
      name: 'elves_graphql_answers_refused_total',
      help: 'Reads for GraphQL answers that were refused because too much was not sent yet.',
      registers: [registry],
    })
  }

  /** Runs a read when its turn comes. Throws OVERLOADED. */
  async read<Read>(read: () => Promise<Read>): Promise<Read> {
    if (!this.#isFree) await this.#turn()
    this.#reading++
    this.#next()
    try {
      return await read()
    } finally {
      this.#reading--
      this.#next()
    }
  }

  hold(bytes: number): void {
    this.#held += bytes
  }

  release(bytes: number): void {
    this.#held -= bytes
    this.#next()
  }

  get #isFree(): boolean {
    return this.#reading < readsAtOnce && this.#held < this.#mostBytes
  }

  async #turn(): Promise<void> {
    if (this.#waiting.size >= waitingReads) throw this.#overloaded()
    const endsAt = performance.now() + this.#patienceMs
    while (!this.#isFree) if (!(await this.#change(Math.max(0, endsAt - performance.now())))) throw this.#overloaded()
  }

  /** Resolves with true on a change, with false if the time is over first. */
  #change(waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isChange: boolean): void => {
        clearTimeout(timer)
        this.#waiting.delete(wake)
        resolve(isChange)
      }
      const wake = () => end(true)
      const timer = setTimeout(() => end(false), waitMs)
      this.#waiting.add(wake)
    })
  }

  #next(): void {
    if (this.#isFree) this.#waiting.values().next().value?.()
  }

  #overloaded(): ElvesError {
    this.#refused.inc()
    return new ElvesError('OVERLOADED', 'too many large answers are on their way', { canRetry: true })
  }
}
