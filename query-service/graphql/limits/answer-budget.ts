import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import { largestPageBytes } from '@elves/core/read-models/paging/page.ts'
import type { AnswersInFlight } from './answers-in-flight.ts'

/** What the rows of one answer may take. */
export const maxAnswerBytes = 16 * 1024 * 1024
/** With less left nothing more is read. */
const leastBytes = 64 * 1024

/**
 * The bytes that the answer of one request may still have. Its pages are read one after the other, each with half of
 * what is left at most: so there is something for those below it, and one request never takes all connections.
 */
export class AnswerBudget {
  readonly #inFlight: AnswersInFlight
  readonly #mostBytes: number
  #left: number
  #isReleased = false
  #reading: Promise<unknown> = Promise.resolve()

  constructor(inFlight: AnswersInFlight, mostBytes = maxAnswerBytes) {
    this.#inFlight = inFlight
    this.#mostBytes = mostBytes
    this.#left = mostBytes
  }

  /** Throws ANSWER_TOO_LARGE (not for a page that may be empty: that says there is more), OVERLOADED. */
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

  /** Reads what is told to take so many bytes; throws ANSWER_TOO_LARGE, OVERLOADED. */
  async read<Read>(read: (maxBytes: number) => Promise<readonly [Read, bytes: number]>): Promise<Read> {
    const found = await this.#inTurn(read)
    if (found === null) throw tooLarge(this.#mostBytes)
    return found
  }

  /** For what is in memory already; throws ANSWER_TOO_LARGE. */
  take(bytes: number): void {
    if (bytes > this.#left) throw tooLarge(this.#mostBytes)
    this.#spend(bytes)
  }

  /** When the answer is sent, or nobody waits for it any more. */
  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#inFlight.release(this.#mostBytes - this.#left)
  }

  /** The answer before is sent, and another one begins. */
  renew(): void {
    if (!this.#isReleased) this.#inFlight.release(this.#mostBytes - this.#left)
    this.#left = this.#mostBytes
  }

  /** One read after the other; null where too little is left to read anything. */
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
    this.#left -= bytes
    // What is read after the end of the request is nobody's.
    if (this.#isReleased) return
    this.#inFlight.hold(bytes)
  }
}

export function tooLarge(mostBytes = maxAnswerBytes): ElvesError {
  return new ElvesError('ANSWER_TOO_LARGE', `an answer has at most ${mostBytes / 1024 / 1024} MiB; ask for fewer items or values at once`)
}
