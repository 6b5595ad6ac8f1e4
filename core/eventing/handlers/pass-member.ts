import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import { Tries } from '../../foundation/outages.ts'
import { pause } from '../../foundation/waiting.ts'
import type { EventBatch, RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { together } from '../postgres/database-pool.ts'
import { type EventHandler, type EventHandlerStatus, runEventHandler } from './event-handler.ts'
import type { EventPassOptions, PassHandler } from './event-pass.ts'
import { Milestones } from './milestones.ts'

/** The longest time of a timer of Node: in effect, no limit. */
const noLimitMs = 2 ** 31 - 1
const retryMs = 500

/** A handler of a pass, and whether it goes with the others, catches up alone, or has stopped. */
export class PassMember {
  readonly handler: PassHandler
  readonly milestones = new Milestones()
  checkpoint: Position | null = null
  readonly #options: EventPassOptions
  readonly #joins: () => void
  #status: EventHandlerStatus = { position: null, state: 'CATCHING_UP', error: null }
  #alone: EventHandler | null = null

  /** `joins` is called when it has caught up alone, and goes with the others from now on. */
  constructor(handler: PassHandler, options: EventPassOptions, joins: () => void) {
    this.handler = handler
    this.#options = options
    this.#joins = joins
  }

  get name(): string {
    return this.handler.name
  }

  get isTogether(): boolean {
    return this.#alone === null && this.#status.state !== 'STOPPED'
  }

  status(): EventHandlerStatus {
    return this.#alone?.status() ?? this.#status
  }

  /** It goes on from its checkpoint in the database. */
  begin(checkpoint: Position | null): void {
    this.checkpoint = checkpoint
    this.#status = { ...this.#status, position: checkpoint }
    if (checkpoint !== null) this.milestones.pass(checkpoint)
  }

  /** Returns the events of a batch that it has not handled. */
  eventsOf(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    const { checkpoint } = this
    const [first] = events
    if (checkpoint === null || !first || first.position > checkpoint) return events
    return events.filter(({ position }) => position > checkpoint)
  }

  /** All events up to the end of the batch are handled. */
  passed({ position, isCaughtUp }: Pick<EventBatch, 'position' | 'isCaughtUp'>): void {
    if (this.#status.position !== null && position < this.#status.position) return
    // A live handler stays live: being a batch behind is normal under load.
    this.#status = { position, state: isCaughtUp ? 'LIVE' : this.#status.state, error: null }
    this.milestones.pass(position)
  }

  /** It is tried again. */
  failing(error: ElvesError): void {
    this.#status = { ...this.#status, state: 'CATCHING_UP', error }
    this.#options.changed?.()
  }

  end(error: ElvesError | null): void {
    this.#status = { ...this.#status, state: 'STOPPED', error }
    if (error) {
      const { position } = this.#status
      this.#options.logger.error({ err: error, ...error.facts, handler: this.name, position }, 'an event handler stopped')
    }
    this.milestones.close(error ?? new ElvesError('SHUTTING_DOWN', 'the event handler was stopped'))
    this.#options.changed?.()
  }

  /** Returns true if it stopped by an error: then whoever moves its checkpoint has dealt with what stopped it. */
  get isBroken(): boolean {
    return this.#alone === null && this.#status.state === 'STOPPED' && this.#status.error !== null
  }

  /** Goes on after an error that somebody else has dealt with, from the checkpoint in the database. */
  revive(checkpoint: Position): void {
    this.#options.logger.info({ handler: this.name, position: checkpoint }, 'an event handler that stopped goes on: its checkpoint was moved')
    this.checkpoint = checkpoint
    this.milestones.reopen()
    this.catchUpAlone()
  }

  /** Runs it beside the others, in transactions of its own, until it has caught up or failed. */
  catchUpAlone(): void {
    const { store, pool, schema, logger, batchSize, lock, handled } = this.#options
    const alone = runEventHandler({
      name: this.name,
      store,
      pool,
      schema,
      logger,
      batchSize,
      apply: (client, events) => together(client, [() => lock(client, [this.name]), () => this.handler.apply(client, events)]),
      handled: (events, tookMs) => {
        handled?.(this.name, events, tookMs)
        const last = events.at(-1)
        if (last) this.milestones.pass(last.position)
        this.#options.changed?.()
      },
    })
    this.#alone = alone
    void this.#untilCaughtUp(alone)
  }

  async stopAlone(): Promise<void> {
    await this.#alone?.stop()
  }

  async #untilCaughtUp(alone: EventHandler): Promise<void> {
    // Twice, so that few events are left that the others have handled meanwhile.
    const hasCaughtUp = (await this.#reachesHead(alone)) && (await this.#reachesHead(alone))
    await alone.stop()
    const { position, error } = alone.status()
    this.#status = { position, state: hasCaughtUp ? 'LIVE' : 'STOPPED', error: hasCaughtUp ? null : error }
    this.#alone = null
    this.#options.changed?.()
    if (hasCaughtUp) this.#joins()
    else this.milestones.close(error ?? new ElvesError('SHUTTING_DOWN', 'the event handler was stopped'))
  }

  /** Returns false if the handler has stopped. */
  async #reachesHead(alone: EventHandler): Promise<boolean> {
    const tries = new Tries(this.#options.logger)
    while (alone.status().state !== 'STOPPED') {
      try {
        await alone.reached(await this.#options.store.head(), noLimitMs)
        tries.over()
        return true
      } catch (error) {
        if (alone.status().state === 'STOPPED') break
        if (!tries.failed(asElvesError(error)))
          this.#options.logger.warn(
            { err: asElvesError(error), handler: this.name },
            'a handler that catches up could not be waited for; trying again',
          )
        await pause(retryMs)
      }
    }
    tries.over()
    return false
  }
}
