/**
 * Detects that work which is due every `intervalMs` stood still: then this process, or its machine, could not receive
 * anything meanwhile.
 */
export class StallWatch {
  readonly #longestMs: number
  #lookedAtMs: number

  /** Times are on the monotonic clock. */
  constructor(intervalMs: number, nowMs: number) {
    this.#longestMs = 3 * intervalMs + 1_000
    this.#lookedAtMs = nowMs
  }

  /** Returns true if the last look was so long ago that only a stall explains it. */
  look(nowMs: number): boolean {
    const passedMs = nowMs - this.#lookedAtMs
    this.#lookedAtMs = nowMs
    return passedMs > this.#longestMs
  }
}
