import type { Position } from '../position.ts'
import type { Hurry } from './merged-batches.ts'

/** A reader that has waited for so long has got its error, and no longer waits. */
const patienceMs = 5_000

/** The last position that somebody waits for: it is urgent until it is passed. */
export class Wanted implements Hurry {
  readonly #listeners = new Set<() => void>()
  #upTo: Position = ''
  #passed: Position = ''
  #until = 0

  get isUrgent(): boolean {
    return this.#upTo > this.#passed && performance.now() < this.#until
  }

  whenUrgent(call: () => void): () => void {
    this.#listeners.add(call)
    return () => this.#listeners.delete(call)
  }

  /** Somebody waits for this position. A position of another log is never passed, so it counts for nothing. */
  want(position: Position): void {
    if (position <= this.#passed || (this.#passed !== '' && position.slice(0, 8) !== this.#passed.slice(0, 8))) return
    if (position > this.#upTo) this.#upTo = position
    this.#until = performance.now() + patienceMs
    for (const call of this.#listeners) call()
  }

  pass(position: Position): void {
    this.#passed = position
  }
}
