import type { RecordedEvent } from '../event-store.ts'

const streamsMost = 10_000

/** When the last known event of each stream was recorded: an append tells it to its events. Forgets whose turn was longest ago. */
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

  /** Null: not known. */
  recordedAt(stream: string, version: number): number | null {
    const end = this.#ends.get(stream)
    return end?.version === version ? end.recordedAt : null
  }
}
