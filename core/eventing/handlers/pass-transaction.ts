import { asElvesError } from '../../foundation/errors.ts'
import type { RecordedEvent } from '../event-store.ts'
import type { Position } from '../position.ts'
import { together } from '../postgres/database-pool.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { hasPassingState, storeUnavailable } from '../postgres/unavailable.ts'
import { moveCheckpoints } from './checkpoint.ts'
import type { EventPassOptions } from './event-pass.ts'
import type { PassMember } from './pass-member.ts'

/** A member with the events of a batch that it has not handled yet. */
export interface Share {
  readonly member: PassMember
  readonly events: readonly RecordedEvent[]
}

export interface Failed {
  readonly member: PassMember
  readonly error: unknown
}

/**
 * Handles a batch for all of these members. Returns those that made it fail by an error that does not pass: then nothing is
 * written. Throws any other error.
 */
export type PassTransaction = (shares: readonly Share[], to: Position) => Promise<readonly Failed[]>

/** SQLSTATE of statements that come after a failed one. */
const inFailedTransaction = '25P02'

export function passTransaction({ pool, schema, lock }: Pick<EventPassOptions, 'pool' | 'schema' | 'lock'>): PassTransaction {
  return async (shares, to) => {
    const failed: Failed[] = []
    const moves = shares.map(({ member }) => ({ name: member.name, from: member.checkpoint }))
    const names = moves.map(({ name }) => name)
    try {
      // The checkpoints move first, so that all of this travels in one message; if another instance was faster, it is rolled back.
      await inTransaction(pool, (client) => {
        const applied = shares.map(({ member, events }) => async () => {
          try {
            await member.handler.apply(client, events)
          } catch (error) {
            failed.push({ member, error })
            throw error
          }
        })
        return together(client, [() => lock(client, names), () => moveCheckpoints(client, schema, moves, to), ...applied])
      })
    } catch (error) {
      const itself = failed.filter((one) => (one.error as { code?: unknown }).code !== inFailedTransaction)
      const passing = itself.find((one) => hasPassingState(one.error))
      if (passing) throw storeUnavailable(passing.error)
      if (asElvesError(error).canRetry || itself.length === 0) throw error
      return itself
    }
    for (const { member } of shares) member.checkpoint = to
    return []
  }
}
