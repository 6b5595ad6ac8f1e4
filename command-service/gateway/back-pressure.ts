import type { GatewayLimits } from '../link/link-limits.ts'

interface Taken {
  reports: number
  readonly bytes: number
}

export interface Reader {
  /** Reports that were read from this socket and are not durable yet. */
  unreceipted: number
  unreceiptedBytes: number
  /** The frames that brought them, in order. */
  readonly taken: Taken[]
  isPaused: boolean
  /** Returns true if too much waits to be sent to it. */
  isCongested(): boolean
  pause(): void
  resume(): void
}

/**
 * Decides which sockets are not read for now: a socket with too many reports that have no receipt yet, a socket whose agent does not
 * fetch what is sent to it, and, while the gateway is full, every socket that brings more.
 */
export class BackPressure {
  readonly #limits: GatewayLimits
  readonly #paused = new Set<Reader>()
  #unreceipted = 0
  #unreceiptedBytes = 0

  constructor(limits: GatewayLimits) {
    this.#limits = limits
  }

  get pausedCount(): number {
    return this.#paused.size
  }

  get unreceipted(): number {
    return this.#unreceipted
  }

  get unreceiptedBytes(): number {
    return this.#unreceiptedBytes
  }

  /** Counts a frame of `bytes` bytes with `reports` reports, and pauses the reader if that is too much. */
  took(reader: Reader, reports: number, bytes: number): void {
    if (reports > 0) {
      reader.taken.push({ reports, bytes })
      this.#count(reader, reports, bytes)
    }
    if (!reader.isPaused && this.#isTooMuch(reader)) {
      reader.isPaused = true
      this.#paused.add(reader)
      reader.pause()
    }
  }

  recorded(reader: Reader, reports: number): void {
    const wasFull = this.#isFull()
    this.#count(reader, -reports, -bytesOfFirst(reader.taken, reports))
    if (wasFull) this.review()
    else if (reader.isPaused) this.#resumeIfFree(reader)
  }

  /** Checks all paused readers again, because nothing announces that a reader is no longer congested. */
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
    const { maxUnreceipted, unreceiptedBytes } = this.#limits
    return reader.unreceipted > maxUnreceipted || reader.unreceiptedBytes > unreceiptedBytes || this.#isFull() || reader.isCongested()
  }

  #isFull(): boolean {
    const { maxUnreceiptedOfAll, unreceiptedBytesOfAll } = this.#limits
    return this.#unreceipted > maxUnreceiptedOfAll || this.#unreceiptedBytes > unreceiptedBytesOfAll
  }

  #count(reader: Reader, reports: number, bytes: number): void {
    reader.unreceipted += reports
    reader.unreceiptedBytes += bytes
    this.#unreceipted += reports
    this.#unreceiptedBytes += bytes
  }
}

/** Removes that many reports from the front; returns the bytes of the frames whose last report is gone with them. */
function bytesOfFirst(taken: Taken[], reports: number): number {
  let bytes = 0
  for (let left = reports; left > 0; ) {
    const [first] = taken
    if (!first) return bytes
    const done = Math.min(left, first.reports)
    first.reports -= done
    left -= done
    if (first.reports > 0) return bytes
    taken.shift()
    bytes += first.bytes
  }
  return bytes
}
