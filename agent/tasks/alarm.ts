import type { CenterClock } from '../link/center-clock.ts'

const longestDelayMs = 2_147_483_647

/** One timer for many instants on the center's clock: it calls `ring` when the earliest is over. */
export class Alarm {
  readonly #clock: CenterClock
  readonly #ring: () => void
  #next: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null
  #isStopped = false

  constructor(clock: CenterClock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  setFor(at: number): void {
    if (this.#isStopped || (this.#next && this.#next.at <= at)) return
    if (this.#next) clearTimeout(this.#next.timer)
    const delayMs = Math.min(Math.max(at - this.#clock.now() + 1, 1), longestDelayMs)
    const ring = () => {
      this.#next = null
      this.#ring()
    }
    this.#next = { at, timer: setTimeout(ring, delayMs) }
  }

  /** Sets the alarm for this instant and drops all others; used because timers stand still while the host sleeps. */
  resetFor(at: number): void {
    if (this.#next) clearTimeout(this.#next.timer)
    this.#next = null
    if (at < Number.POSITIVE_INFINITY) this.setFor(at)
  }

  stop(): void {
    this.#isStopped = true
    if (this.#next) clearTimeout(this.#next.timer)
  }
}
