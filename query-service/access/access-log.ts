import { AccessState, accessEventTypes } from '@elves/core/access/access-state.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { LimitsState, limitEventTypes } from '@elves/core/limits/limits-state.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadPosition } from '../read-side/read-position.ts'

/** Reads at most this often, however often the projectors commit. */
const readEveryMs = 200
const pageSize = 500
const types = [...accessEventTypes, ...limitEventTypes]

/** Nobody is checked by what is older: a grant may have been revoked since. */
export const largestAgeMs = 5_000

export interface AccessLogOptions {
  readonly readModels: Pick<ReadModels, 'events' | 'onCommit'>
  readonly readPosition: Pick<ReadPosition, 'reached'>
  /** Says where the log ends, which its read model may not have yet. */
  readonly commands: Pick<CommandApi, 'head'>
  readonly logger: Logger
  /** ms since the epoch. */
  readonly now?: () => number
}

/**
 * Who may do what, as the event log's read model tells it: read when somebody is checked for the first time, and then kept up to date. While
 * only the local admin is here, nothing of it is read.
 */
export class AccessLog {
  readonly #options: AccessLogOptions
  readonly #now: () => number
  readonly #state = new AccessState()
  /** What is limited and guarded, as of the same read. */
  readonly limits = new LimitsState()
  #after: string | null = null
  #reading: Promise<void> | null = null
  #completing: Promise<void> | null = null
  #isRead = false
  /** An instant until which every event is known. */
  #completeAt = Number.NEGATIVE_INFINITY
  #stopFollowing: (() => void) | null = null
  readonly #listeners = new Set<() => void>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: AccessLogOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * With all that happened until {@link largestAgeMs} ago; mostly it is less than a second old. Throws what keeps it from being read on:
   * READ_MODEL_BEHIND (canRetry) where the projector of the event log stands still, EVENT_UNREADABLE, and why command-service does not
   * say where the log ends.
   */
  async state(): Promise<AccessState> {
    const isOld = !this.#isRead || this.#now() - this.#completeAt > largestAgeMs
    if (isOld) {
      this.#completing ??= this.#complete().finally(() => {
        this.#completing = null
      })
      await this.#completing
    }
    return this.#state
  }

  /** With all that is in the log at this moment; waits for its read model. Throws as {@link state} does. */
  async asOfNow(): Promise<AccessState> {
    await this.#complete()
    return this.#state
  }

  /** As the event log's read model has it at this moment. */
  async refreshed(): Promise<AccessState> {
    // A read that has begun may have missed what was written since.
    await this.#reading?.catch(() => undefined)
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = null
    })
    await this.#reading
    this.#stopFollowing ??= this.#options.readModels.onCommit(() => this.#readSoon())
    return this.#state
  }

  /** What is known already, for those who can not wait; null: nothing yet, or it could not be read on. */
  get known(): AccessState | null {
    return this.#isRead ? this.#state : null
  }

  /** Calls a listener after each read that changed who may do what. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Who might do what at an instant, folded from the events until then. */
  async at(instant: number): Promise<AccessState> {
    const state = new AccessState()
    for await (const { events } of this.#pages({ to: instant + 1 }, null)) for (const event of events) state.apply(event)
    return state
  }

  stop(): void {
    this.#stopFollowing?.()
    if (this.#timer) clearTimeout(this.#timer)
  }

  /** Reads up to the end that the log has now. */
  async #complete(): Promise<void> {
    const { readPosition, commands } = this.#options
    const from = this.#now()
    await readPosition.reached(await commands.head(), ['event-log'])
    await this.refreshed()
    this.#completeAt = from
  }

  async #readOn(): Promise<void> {
    try {
      let isChanged = false
      for await (const { events, end } of this.#pages({}, this.#after)) {
        for (const event of events) {
          this.#state.apply(event)
          this.limits.apply(event)
        }
        // With each page: an event that is applied again could bring back what a later one took.
        this.#after = end
        isChanged ||= events.length > 0
      }
      this.#isRead = true
      if (isChanged) for (const listener of [...this.#listeners]) listener()
    } catch (error) {
      this.#isRead = false
      throw error
    }
  }

  #readSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.refreshed().catch((error: unknown) => this.#options.logger.warn({ err: error }, 'roles and grants could not be read; they are read again'))
    }, readEveryMs).unref()
  }

  async *#pages(
    range: { readonly to?: number },
    from: string | null,
  ): AsyncGenerator<{ readonly events: readonly RecordedEvent[]; readonly end: string | null }, void> {
    let after = from
    for (;;) {
      const page = await this.#options.readModels.events({ types, ...range }, 'OLDEST_FIRST', { first: pageSize, after })
      const [unreadable] = page.unreadable
      // Without it, somebody might be let in whose grant was revoked by it.
      if (unreadable) throw new ElvesError('EVENT_UNREADABLE', 'an event that says who may do what can not be read', { cause: unreadable })
      after = page.endCursor ?? after
      yield { events: page.edges.map(({ node }) => node), end: after }
      if (!page.hasNextPage) return
    }
  }
}
