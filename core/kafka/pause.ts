import { setTimeout as delay } from 'node:timers/promises'

const firstMs = 100
const longestMs = 1_000

/** Longer and longer pauses between tries, as long as the brokers are away; ended by the signal. */
export class Pauses {
  #nextMs = firstMs
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  async pause(): Promise<void> {
    const ms = this.#nextMs
    this.#nextMs = Math.min(ms * 2, longestMs)
    await delay(ms, undefined, { signal: this.#signal }).catch(() => undefined)
  }

  /** After a success. */
  reset(): void {
    this.#nextMs = firstMs
  }
}
