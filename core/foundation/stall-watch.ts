/** Tells whether work that is due every `intervalMs` stood still: then the process, or its machine, could not hear anybody meanwhile. */
export class StallWatch {
  readonly #longestMs: number
  #lookedAtMs: number

  /** Instants are on the monotonic clock. */
  constructor(intervalMs: number, nowMs: number) {
    this.#longestMs = 3 * intervalMs + 1_000
    this.#lookedAtMs = nowMs
  }

  /** Returns true if the last look is so long ago that nothing else explains it. */
  look(nowMs: number): boolean {
    const passedMs = nowMs - this.#lookedAtMs
    this.#lookedAtMs = nowMs
    return passedMs > this.#longestMs
  }
}
