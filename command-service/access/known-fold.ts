import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

export interface KnownFoldOptions<State extends { apply(event: RecordedEvent): void }> {
  /** Returns the past events of the fold, in the order of the log, all that there are now. */
  readonly readEvents: () => Promise<readonly RecordedEvent[]>
  /** Whether events of this type are of the fold. */
  readonly isOwn: (type: string) => boolean
  /** A state of which nothing has happened. */
  readonly initial: () => State
}

/** A fold in memory: read once, when somebody asks for it for the first time, and kept up to date by what the log brings. */
export class KnownFold<State extends { apply(event: RecordedEvent): void }> {
  readonly #options: KnownFoldOptions<State>
  #loading: Promise<State> | null = null
  /** Grows with each {@link forget}: what was read before it is not kept. */
  #generation = 0
  #state: State | null = null
  /** What came while the past was read. */
  #arrived: RecordedEvent[] = []

  constructor(options: KnownFoldOptions<State>) {
    this.#options = options
  }

  /** Takes what was written, by this instance or another one. */
  observe(events: readonly RecordedEvent[]): void {
    if (!this.#loading) return
    const own = events.filter(({ event }) => this.#options.isOwn(event.type))
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
  async state(): Promise<State> {
    if (this.#state) return this.#state
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<State> {
    const generation = this.#generation
    try {
      const state = this.#options.initial()
      for (const event of await this.#options.readEvents()) state.apply(event)
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
