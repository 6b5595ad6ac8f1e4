import { randomUUID } from 'node:crypto'
import { incidentAggregate, incidentStream, type TellIncident } from '@elves/core/domain/incident/incident.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { Lease } from '@elves/core/eventing/leases/lease.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import { contextOfPart } from '../tasks/system-context.ts'
import type { OpenIncident } from './open-incidents.ts'
import type { Observation } from './seen.ts'

export const watcherName = 'watcher'

export interface WatcherOptions {
  readonly aggregates: Pick<Aggregates, 'handleMany' | 'refresh'>
  /** What is to be seen now. */
  look(): Promise<readonly Observation[]>
  /** What is open by the log, all that there is as of now. */
  open(): Promise<readonly OpenIncident[]>
  readonly everyMs: number
  readonly logger: Logger
}

/** Most incidents in one append. */
const atOnce = 500
const keyOf = ({ kind, subject }: OpenIncident) => `${kind} ${subject}`

/**
 * Looks, again and again, and makes an event of what it sees and of what it sees no longer. A thing must be there, or gone, at two looks in
 * a row. Nothing that runs depends on it; what is open is in the log, so another watcher goes on where one died.
 */
export function watcher(options: WatcherOptions): { whileHeld(lease: Lease): Promise<void> } {
  const { logger, everyMs } = options
  return {
    async whileHeld({ signal }) {
      const tries = new Tries(logger)
      const round = new Rounds(options)
      while (!signal.aborted) {
        try {
          await round.next(signal)
          tries.over()
        } catch (error) {
          if (signal.aborted) break
          if (!tries.failed(asElvesError(error))) logger.warn({ err: error }, 'the watcher could not look, or not tell; it tries again')
        }
        await pause(everyMs, signal)
      }
      tries.over()
    },
  }
}

class Rounds {
  readonly #options: WatcherOptions
  #before: { readonly seen: ReadonlySet<string>; readonly gone: ReadonlySet<string> } = { seen: new Set(), gone: new Set() }

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  async next(signal: AbortSignal): Promise<void> {
    const [seen, open] = await Promise.all([this.#options.look(), this.#options.open()])
    const seenNow = new Set(seen.map(keyOf))
    const openNow = new Set(open.map(keyOf))
    const fresh = seen.filter((one) => !openNow.has(keyOf(one)))
    const over = open.filter((one) => !seenNow.has(keyOf(one)))
    const commands: readonly TellIncident[] = [
      ...fresh.filter((one) => this.#before.seen.has(keyOf(one))).map((one) => ({ type: 'OpenIncident', ...one }) as const),
      ...over
        .filter((one) => this.#before.gone.has(keyOf(one)))
        .map(({ kind, subject }) => ({ type: 'EndIncident', kind, subject, message: 'it is seen no longer' }) as const),
    ]
    this.#before = { seen: new Set(fresh.map(keyOf)), gone: new Set(over.map(keyOf)) }
    for (let from = 0; from < commands.length && !signal.aborted; from += atOnce) await this.#tell(commands.slice(from, from + atOnce))
  }

  async #tell(commands: readonly TellIncident[]): Promise<void> {
    const { aggregates, logger } = this.#options
    await aggregates.handleMany(
      commands.map((command) => {
        return {
          aggregate: incidentAggregate,
          stream: incidentStream(command),
          commands: [command],
          context: contextOfPart(watcherName, randomUUID()),
        }
      }),
    )
    for (const { type, kind, subject, message } of commands)
      logger.info({ kind, subject }, type === 'OpenIncident' ? message : `${kind} of ${subject}: ${message}`)
  }
}
