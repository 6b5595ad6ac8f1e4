import { ElvesError } from '@elves/core/foundation/errors.ts'
import { gauge } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'

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
