import { type Caller, contextOf } from '@elves/core/command-api/command.ts'
import { type DenialEvent, denialAggregate, denialStream } from '@elves/core/domain/denial/denial.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** What somebody asked for and may not do. */
export type Denial = Omit<DenialEvent['data'], 'count' | 'firstAt' | 'lastAt'>

export interface DenialsOptions {
  readonly aggregates: Pick<Aggregates, 'handle'>
  readonly logger: Logger
  /** For so long repetitions are counted before they are one event; default 1 minute. */
  readonly windowMs?: number
  readonly now?: () => number
}

interface Counted {
  readonly caller: Caller
  readonly denial: Denial
  count: number
  firstAt: number
  lastAt: number
}

/** So many different denials of an actor are told one by one in a window; the others are one event without details. */
const toldOfActor = 20
/** So many denials are counted at once, of all actors. */
const mostCounted = 10_000

/**
 * Makes events of denials: the first of its kind at once, and at the end of the window one that says how often it came again. So
 * many requests of one actor are twenty events and a count. Refusing does not wait for it.
 */
export class Denials implements Running {
  readonly #options: DenialsOptions
  readonly #now: () => number
  readonly #counted = new Map<string, Counted>()
  readonly #told = new Map<string, number>()
  /** One after the other, because those of an actor are in one stream. */
  #writing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | null = null

  constructor(options: DenialsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  tell(caller: Caller, denial: Denial): void {
    const actor = `${caller.actor.kind} ${caller.actor.id}`
    const { permission, command, app, func, agentId, code } = denial
    const key = JSON.stringify([actor, permission, command, app, func, agentId, code])
    const at = this.#now()
    this.#timer ??= setTimeout(() => this.#endWindow(), this.#options.windowMs ?? 60_000).unref()
    const known = this.#counted.get(key)
    if (known) {
      count(known, at)
      return
    }
    const told = this.#told.get(actor) ?? 0
    if (told < toldOfActor && this.#counted.size < mostCounted) {
      this.#told.set(actor, told + 1)
      this.#counted.set(key, { caller, denial, count: 0, firstAt: at, lastAt: at })
      this.#write(caller, { ...denial, count: 1, firstAt: at, lastAt: at })
      return
    }
    const others = this.#counted.get(actor)
    if (others) count(others, at)
    else if (this.#counted.size < 2 * mostCounted) {
      const message = 'and others that differ'
      this.#counted.set(actor, { caller, denial: { ...denial, app: null, func: null, agentId: null, message }, count: 1, firstAt: at, lastAt: at })
    }
  }

  /** Resolves when all that was told is durable. */
  async stop(): Promise<void> {
    this.#endWindow()
    await this.#writing
  }

  #endWindow(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    for (const { caller, denial, count: times, firstAt, lastAt } of this.#counted.values()) {
      if (times > 0) this.#write(caller, { ...denial, count: times, firstAt, lastAt })
    }
    this.#counted.clear()
    this.#told.clear()
  }

  #write(caller: Caller, data: DenialEvent['data']): void {
    const { aggregates, logger } = this.#options
    const commands = [{ type: 'TellDenials', denials: [data] }] as const
    const stream = denialStream(caller.actor, data.firstAt)
    this.#writing = this.#writing.then(async () => {
      try {
        await aggregates.handle({ aggregate: denialAggregate, stream, commands, context: contextOf(caller) })
      } catch (error) {
        logger.error({ err: error, denial: data, actor: caller.actor }, 'a denial could not be written to the log')
      }
    })
  }
}

function count(counted: Counted, at: number): void {
  if (counted.count === 0) counted.firstAt = at
  counted.count += 1
  counted.lastAt = at
}
