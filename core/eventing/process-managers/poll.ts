import { asElvesError } from '../../foundation/errors.ts'
import type { Logger } from '../../foundation/log.ts'
import { Tries } from '../../foundation/outages.ts'
import { StallWatch } from '../../foundation/stall-watch.ts'
import { Pauses, pause, untilTick } from '../../foundation/waiting.ts'
import { WallWatch } from '../../foundation/wall-watch.ts'
import type { DatabaseTime } from '../postgres/database-clock.ts'
import type { WakeUpCall } from './wake-up-call.ts'

/** One look at what is due. */
export interface Look {
  /** The database's clock when the look began: a clock that is set later must not change the look. */
  readonly clock: DatabaseTime
  /**
   * True for the first look after a break: the start, a stall of this process, a step of the clock, or a failure. After a
   * break, silence of an agent proves nothing, because the process could not listen.
   */
  readonly isAfterBreak: boolean
  /** How long this process has listened since the last break, in ms; at most 0 at the first look after it. */
  readonly listenedMs: number
}

export interface PollOptions {
  /** Name in log lines. */
  readonly name: string
  /** It looks at the ticks that this process has for this interval. */
  readonly intervalMs: number
  readonly logger: Logger
  clock(): Promise<DatabaseTime>
  /** Called when the clock was set or stood still, with the difference to the time that has really passed. Called again if it fails. */
  clockMoved(byMs: number): Promise<void>
  /**
   * Does what is due. Resolves with true if there may be more: then it is called again at once; with a number of ms if something is
   * due before the interval is over: then it is called again after so long.
   */
  act(look: Look): Promise<boolean | number>
  /** Makes the poll look at once. */
  readonly wakeUp?: WakeUpCall
}

/** While looks fail, each pause is twice as long as the one before, up to this, or the interval. */
const slowestMs = 5_000

/** Looks for what is due until the signal aborts. What fails is tried again at the next look; LEASE_LOST ends it. */
export function poll(options: PollOptions, signal: AbortSignal): Promise<void> {
  return new Poll(options).run(signal)
}

class Poll {
  readonly #options: PollOptions
  readonly #stall: StallWatch
  readonly #tries: Tries
  readonly #wall = new WallWatch()
  #listensSinceMs = performance.now()
  #isAfterBreak = true
  readonly #pausesOfFailures: Pauses
  #hasFailed = false
  /** How far the clock has moved; kept until `clockMoved` succeeds. */
  #movedMs = 0

  constructor(options: PollOptions) {
    this.#options = options
    this.#tries = new Tries(options.logger)
    this.#stall = new StallWatch(options.intervalMs, this.#listensSinceMs)
    this.#pausesOfFailures = new Pauses({ firstMs: options.intervalMs, longestMs: Math.max(options.intervalMs, slowestMs) })
  }

  async run(signal: AbortSignal): Promise<void> {
    const { intervalMs, wakeUp } = this.#options
    while (!signal.aborted) {
      const next = await this.#round()
      if (next === true) continue
      const ms = next === false ? this.#untilNext() : Math.min(next, intervalMs)
      await (wakeUp ? wakeUp.sleep(ms, signal) : pause(ms, signal))
    }
    this.#tries.over()
  }

  #untilNext(): number {
    return this.#hasFailed ? this.#pausesOfFailures.take() : untilTick(this.#options.intervalMs)
  }

  async #round(): Promise<boolean | number> {
    const { name, logger, act } = this.#options
    try {
      const look = await this.#look()
      this.#isAfterBreak = false
      const next = await act(look)
      this.#hasFailed = false
      this.#pausesOfFailures.reset()
      this.#tries.over()
      return next
    } catch (error) {
      const { code, message } = asElvesError(error)
      if (code === 'LEASE_LOST') {
        this.#tries.over()
        throw error
      }
      if (code === 'SHUTTING_DOWN') return false
      this.#hasFailed = true
      this.#break()
      if (!this.#tries.failed(error)) logger.warn({ err: error, code }, `${name}: ${message}; what is due is looked for again`)
      return false
    }
  }

  async #look(): Promise<Look> {
    const { name, logger, clock, clockMoved } = this.#options
    const nowMs = performance.now()
    if (this.#stall.look(nowMs)) this.#break(nowMs)
    const time = await clock()
    this.#movedMs += this.#wall.look(time.ms, nowMs, performance.now())
    if (this.#movedMs !== 0) {
      logger.warn({ movedMs: this.#movedMs }, `${name}: the clock of the database was set, or stood; what is due is measured anew`)
      this.#break()
      await clockMoved(this.#movedMs)
      this.#movedMs = 0
    }
    return { clock: time, isAfterBreak: this.#isAfterBreak, listenedMs: nowMs - this.#listensSinceMs }
  }

  #break(nowMs: number = performance.now()): void {
    this.#listensSinceMs = nowMs
    this.#isAfterBreak = true
  }
}
