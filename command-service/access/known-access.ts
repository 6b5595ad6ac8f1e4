import { AccessState, isAccessEvent } from '@elves/core/access/access-state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

export interface KnownAccessOptions {
  /** Returns the past events that say who may do what, in the order of the log, all that there are now. */
  readonly readEvents: () => Promise<readonly RecordedEvent[]>
}

/**
 * Who may do what, in memory: read once, when somebody is checked for the first time, and kept up to date by what the log brings. A platform
 * of one local admin never reads it.
 */
export class KnownAccess {
  readonly #readEvents: () => Promise<readonly RecordedEvent[]>
  #loading: Promise<AccessState> | null = null
  /** Grows with each {@link forget}: what was read before it is not kept. */
  #generation = 0
  #state: AccessState | null = null
  /** What came while the past was read. */
  #arrived: RecordedEvent[] = []

  constructor({ readEvents }: KnownAccessOptions) {
    this.#readEvents = readEvents
  }

  /** Takes what was written, by this instance or another one. */
  observe(events: readonly RecordedEvent[]): void {
    if (!this.#loading) return
    const own = events.filter(({ event }) => isAccessEvent(event.type))
    if (!this.#state) this.#arrived.push(...own)
    else for (const event of own) this.#state.apply(event)
  }

  /** What is in memory does not hold any more: it is read anew. */
  forget(): void {
    this.#generation += 1
    this.#loading = null
    this.#state = null
    this.#arrived = []
  }

  /** Throws EVENT_UNREADABLE where one of the events can not be read, STORE_UNAVAILABLE, READ_MODEL_BEHIND (both canRetry): nobody is let through who could not be checked. */
  async state(): Promise<AccessState> {
    if (this.#state) return this.#state
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<AccessState> {
    const generation = this.#generation
    try {
      const state = new AccessState()
      for (const event of await this.#readEvents()) state.apply(event)
      if (generation !== this.#generation) return this.state()
      for (const event of this.#arrived) state.apply(event)
      this.#arrived = []
      this.#state = state
      return state
    } catch (error) {
      if (generation === this.#generation) this.forget()
      throw error
    }
  }
}
