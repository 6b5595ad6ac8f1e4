import { ElvesError } from '@elves/core/foundation/errors.ts'
import { Counter, Gauge, type Registry } from 'prom-client'

/** What all answers of this process may hold that are not sent yet. */
const mostHeldBytes = 128 * 1024 * 1024

/** Bytes of all answers from when they are read until they are sent: clients that read slowly hold them for long. */
export class AnswersInFlight {
  readonly #mostBytes: number
  readonly #refused: Counter
  #held = 0

  constructor(registry: Registry, mostBytes = mostHeldBytes) {
    this.#mostBytes = mostBytes
    const held = () => this.#held
    new Gauge({
      name: 'elves_graphql_answers_bytes',
      help: 'Bytes that were read for GraphQL answers that are not sent yet.',
      registers: [registry],
      collect() {
        this.set(held())
      },
    })
    this.#refused = new Counter({
      name: 'elves_graphql_answers_refused_total',
      help: 'Reads for GraphQL answers that were refused because too much was not sent yet.',
      registers: [registry],
    })
  }

  /** Throws OVERLOADED where more is held than may be. */
  check(): void {
    if (this.#held < this.#mostBytes) return
    this.#refused.inc()
    throw new ElvesError('OVERLOADED', 'too many large answers are on their way', { canRetry: true })
  }

  hold(bytes: number): void {
    this.#held += bytes
  }

  release(bytes: number): void {
    this.#held -= bytes
  }
}
