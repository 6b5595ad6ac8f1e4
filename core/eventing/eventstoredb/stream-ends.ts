import type { RecordedEvent } from '../event-store.ts'

const streamsMost = 10_000

/**
 * Remembers when the last known event of each stream was recorded, for the `notBefore` of the next append. Forgets the
 * stream that was updated longest ago.
 */
export class StreamEnds {
  readonly #ends = new Map<string, { readonly version: number; readonly recordedAt: number }>()

  learn(event: RecordedEvent): void {
    const { stream, version, recordedAt } = event
    if ((this.#ends.get(stream)?.version ?? -1) > version) return
    this.#ends.delete(stream)
    this.#ends.set(stream, { version, recordedAt })
    if (this.#ends.size <= streamsMost) return
    for (const oldest of this.#ends.keys()) {
      this.#ends.delete(oldest)
      return
    }
  }

  /** Returns null if it is not known. */
  recordedAt(stream: string, version: number): number | null {
    const end = this.#ends.get(stream)
    return end?.version === version ? end.recordedAt : null
  }
}
