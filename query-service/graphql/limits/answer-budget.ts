import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { largestPageBytes, type Page, type PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { AnswersInFlight } from './answers-in-flight.ts'

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
