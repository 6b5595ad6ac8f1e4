import type { GatewayLimits } from './gateway-limits.ts'

export interface Reader {
  /** Reports that were taken from it and are not durable yet. */
  unreceipted: number
  isPaused: boolean
  /** Whether it takes what is sent to it. */
  isCongested(): boolean
  pause(): void
  resume(): void
}

/** Which sockets are not read for now: those far ahead of their receipts, those that do not fetch what is sent to them, and all that come on top of a full gateway. */
export class BackPressure {
  readonly #limits: GatewayLimits
  readonly #paused = new Set<Reader>()
  #unreceipted = 0

  constructor(limits: GatewayLimits) {
    this.#limits = limits
  }

  get pausedCount(): number {
    return this.#paused.size
  }

  get unreceipted(): number {
    return this.#unreceipted
  }

  took(reader: Reader, reports: number): void {
    reader.unreceipted += reports
    this.#unreceipted += reports
    if (!reader.isPaused && this.#isTooMuch(reader)) {
      reader.isPaused = true
      this.#paused.add(reader)
      reader.pause()
    }
  }

  recorded(reader: Reader, reports: number): void {
    reader.unreceipted -= reports
    const wasFull = this.#unreceipted > this.#limits.maxUnreceiptedOfAll
    this.#unreceipted -= reports
    if (wasFull) this.review()
    else if (reader.isPaused) this.#resumeIfFree(reader)
  }

  /** Looks again at all that are paused: whoever is congested says nothing when it is not any more. */
  review(): void {
    for (const reader of this.#paused) this.#resumeIfFree(reader)
  }

  forget(reader: Reader): void {
    reader.isPaused = false
    this.#paused.delete(reader)
  }

  #resumeIfFree(reader: Reader): void {
    if (this.#isTooMuch(reader)) return
    this.forget(reader)
    reader.resume()
  }

  #isTooMuch(reader: Reader): boolean {
    const { maxUnreceipted, maxUnreceiptedOfAll } = this.#limits
    return reader.unreceipted > maxUnreceipted || this.#unreceipted > maxUnreceiptedOfAll || reader.isCongested()
  }
}
