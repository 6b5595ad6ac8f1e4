import { type Caller, contextOf, withoutName } from '@elves/core/command-api/command.ts'
import { type DenialEvent, denialAggregate, denialStream } from '@elves/core/domain/denial/denial.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { FloodCount } from '@elves/core/foundation/flood-count.ts'
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

interface Told {
  readonly caller: Caller
  readonly denial: Denial
}

/**
 * Makes events of denials: the first of its kind at once, and at the end of the window one that says how often it came again. So
 * many requests of one actor are twenty events and a count. Refusing does not wait for it.
 */
export class Denials implements Running {
  readonly #options: DenialsOptions
  readonly #flood: FloodCount<Told>
  /** One after the other, because those of an actor are in one stream. */
  #writing: Promise<void> = Promise.resolve()

  constructor(options: DenialsOptions) {
    this.#options = options
    const { windowMs, now } = options
    this.#flood = new FloodCount({
      windowMs,
      now,
      others: ({ caller, denial }) => ({ caller, denial: { ...denial, app: null, func: null, agentId: null, message: 'and others that differ' } }),
      write: ({ caller, denial }, { count, firstAt, lastAt }) => this.#write(caller, { ...denial, count, firstAt, lastAt }),
    })
  }

  tell(caller: Caller, denial: Denial): void {
    const group = `${caller.actor.kind} ${caller.actor.id}`
    const { permission, command, app, func, agentId, code } = denial
    this.#flood.tell({ key: JSON.stringify([group, permission, command, app, func, agentId, code]), group }, { caller, denial })
  }

  /** Resolves when all that was told is durable. */
  async stop(): Promise<void> {
    this.#flood.endWindow()
    await this.#writing
  }

  #write(caller: Caller, data: DenialEvent['data']): void {
    const { aggregates, logger } = this.#options
    const commands = [{ type: 'TellDenials', denials: [data] }] as const
    const stream = denialStream(caller.actor, data.firstAt)
    this.#writing = this.#writing.then(async () => {
      try {
        await aggregates.handle({ aggregate: denialAggregate, stream, commands, context: contextOf(caller) })
      } catch (error) {
        logger.error({ err: error, denial: data, actor: withoutName(caller.actor) }, 'a denial could not be written to the log')
      }
    })
  }
}
