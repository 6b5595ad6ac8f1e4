import type { Position } from '@elves/core/eventing/position.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import type { Change } from './change.ts'
import { ChangeFold, changeWithoutViews } from './change-fold.ts'
import type { AnyFollowed } from './followed.ts'
import { entriesAfter, type FollowedLog } from './followed-log.ts'
import type { LiveEnd } from './replay.ts'

export interface LiveFeedOptions {
  /** Opens the log for the first subscriber. It is closed after the last one, so that nobody pays for events that nobody follows. */
  openLog(): Promise<FollowedLog>
  readonly kinds: readonly AnyFollowed[]
  readonly logger: Logger
}

export interface Attached extends LiveEnd {
  detach(): void
}

type Listener = (change: Change) => void

/** Limit for the kept views. */
const keptViewsBytes = 32 * 1024 * 1024
const retryMs = 500

/** Follows the end of the log once for all subscribers of this process, and passes each change to them in memory. */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  /** Null while there are no subscribers. */
  #session: Promise<Session> | null = null
  /** How many subscribers have the session, or wait for it. */
  #users = 0
  #keptBytes = () => 0
  #ended: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: LiveFeedOptions) {
    this.#options = options
  }

  /** Bytes of the views that are kept to fold new events. */
  get keptBytes(): number {
    return this.#keptBytes()
  }

  /**
   * The listener gets every change after the returned position, in order. It must not wait. One that looks at events alone gets changes
   * without transitions, where no other listener looks at views.
   */
  async attach(listener: Listener, looksAtViews = true): Promise<Attached> {
    this.#users++
    const begun = this.#session ?? this.#begin()
    this.#session = begun
    try {
      const session = await begun
      // Nothing may come between the position and the listener.
      const { position, log } = session.listen(listener, looksAtViews)
      let isAttached = true
      const detach = () => {
        if (!isAttached) return
        isAttached = false
        session.forget(listener)
        this.#left()
      }
      return { position, log, detach }
    } catch (error) {
      if (this.#session === begun) this.#session = null
      this.#left()
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#end()
    await this.#ended
  }

  async #begin(): Promise<Session> {
    await this.#ended
    const log = await this.#options.openLog()
    try {
      const session = new Session(log, await log.head(), this.#options)
      this.#keptBytes = () => session.keptBytes
      if (this.#isStopped) await session.stop()
      return session
    } catch (error) {
      await log.close()
      throw error
    }
  }

  #left(): void {
    this.#users--
    if (this.#users === 0) this.#end()
  }

  #end(): void {
    const session = this.#session
    this.#session = null
    this.#keptBytes = () => 0
    this.#ended = Promise.all([this.#ended, session?.then((begun) => begun.stop()).catch(() => undefined)])
  }
}

/** One time of following, from the first subscriber until the last has left. */
class Session {
  readonly #log: FollowedLog
  /** With whether each looks at views. */
  readonly #listeners = new Map<Listener, boolean>()
  /** The listeners have got everything up to here. */
  #position: Position
  readonly #kinds: readonly AnyFollowed[]
  readonly #logger: Logger
  readonly #tries: Tries
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #fold: ChangeFold

  constructor(log: FollowedLog, head: Position, { kinds, logger }: Pick<LiveFeedOptions, 'kinds' | 'logger'>) {
    this.#log = log
    this.#position = head
    this.#kinds = kinds
    this.#logger = logger
    this.#tries = new Tries(logger)
    this.#fold = this.#newFold()
  }

  get keptBytes(): number {
    return this.#fold.keptBytes
  }

  /** The listener gets every change after the returned position. */
  listen(listener: Listener, looksAtViews: boolean): LiveEnd {
    this.#listeners.set(listener, looksAtViews)
    const end = { position: this.#position, log: this.#log }
    // Begins with the first listener, so that it hears of everything after the head that was found.
    this.#running ??= this.#run()
    return end
  }

  forget(listener: Listener): void {
    this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    await this.#log.close()
  }

  #newFold(): ChangeFold {
    return new ChangeFold(this.#log, this.#kinds, keptViewsBytes)
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.#follow(signal)
      } catch (error) {
        if (!this.#tries.failed(error))
          this.#logger.warn({ err: error, position: this.#position }, 'following the log for subscribers failed; trying again')
        // The kept views may include part of what will be read again.
        this.#fold = this.#newFold()
      }
      await pause(retryMs, signal)
    }
    this.#tries.over()
  }

  async #follow(signal: AbortSignal): Promise<void> {
    for await (const entries of entriesAfter(this.#log, this.#position, { signal })) {
      if (![...this.#listeners.values()].includes(true)) {
        if (signal.aborted) return
        // What it keeps is not what was before the next entry any more.
        if (this.#fold.keptBytes > 0) this.#fold = this.#newFold()
        for (const entry of entries) this.#pass(changeWithoutViews(entry))
        continue
      }
      for await (const change of this.#fold.changes(entries)) {
        if (signal.aborted) return
        this.#pass(change)
      }
    }
  }

  /** Has no await: a listener that attaches must get the position before a change or the one after it. */
  #pass(change: Change): void {
    for (const listener of this.#listeners.keys()) listener(change)
    this.#position = change.position
    this.#tries.over()
  }
}
