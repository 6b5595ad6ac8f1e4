import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { moveCheckpoint, readCheckpoint } from '@elves/core/eventing/handlers/checkpoint.ts'
import type { Position } from '@elves/core/eventing/position.ts'
import { patiently } from '@elves/core/eventing/postgres/patience.ts'
import { inTransaction } from '@elves/core/eventing/postgres/transaction.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type pg from 'pg'
import { type AttemptTimes, applyToOpenAttempts, attemptsHandler } from './open-attempts.ts'

export interface AttemptsCatchUpOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
  readonly times: AttemptTimes
}

/** Brings the table of open attempts up to a position beside whoever else does so. */
export interface AttemptsCatchUp {
  isThere(position: Position): Promise<boolean>
  /** Throws READ_MODEL_BEHIND (canRetry). */
  upTo(position: Position): Promise<void>
}

const eventsPerWrite = 2_000
const withinMs = 10_000

export function attemptsCatchUp({ store, pool, schema, times }: AttemptsCatchUpOptions): AttemptsCatchUp {
  const checkpoint = () => patiently(() => readCheckpoint(pool, schema, attemptsHandler))

  /** Resolves also where another instance was faster. */
  async function write(from: Position | null): Promise<'WRITTEN' | 'NOTHING'> {
    const events = await store.readAll({ from, direction: 'forwards', limit: eventsPerWrite })
    const last = events.at(-1)
    if (!last) return 'NOTHING'
    try {
      await inTransaction(pool, async (client) => {
        await applyToOpenAttempts(client, schema, times, events)
        await moveCheckpoint(client, schema, { name: attemptsHandler, from, to: last.position })
      })
    } catch (error) {
      if (asElvesError(error).code !== 'CHECKPOINT_CONFLICT') throw error
    }
    return 'WRITTEN'
  }

  return {
    async isThere(position) {
      return isAt(await checkpoint(), position)
    },
    async upTo(position) {
      const givesUpAt = performance.now() + withinMs
      for (let at = await checkpoint(); !isAt(at, position); at = await checkpoint()) {
        if (performance.now() > givesUpAt) {
          const facts = { name: attemptsHandler, position }
          throw new ElvesError('READ_MODEL_BEHIND', 'the open attempts did not get to the position in time', { canRetry: true, facts })
        }
        if ((await write(at)) === 'NOTHING') return
      }
    },
  }
}

function isAt(checkpoint: Position | null, position: Position): boolean {
  return checkpoint !== null && checkpoint >= position
}
