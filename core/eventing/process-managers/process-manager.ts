import type pg from 'pg'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { holdLease, type Lease } from '../leases/lease.ts'
import { databaseTime } from '../postgres/database-clock.ts'
import type { DueTable, Fence } from './due-table.ts'
import { type Look, type PollOptions, poll } from './poll.ts'

/** Turns what is due into commands and messages. It describes the work only; {@link runProcessManager} keeps it running. */
export interface ProcessManager extends Pick<PollOptions, 'intervalMs' | 'clockMoved' | 'wakeUp'> {
  /** Name of the process manager and of its lease. */
  readonly name: string
  /** The table that the instance with the lease feeds. */
  readonly table?: Pick<DueTable, 'feedWhileOwned' | 'caughtUp'>
  /** Does what is due, as `PollOptions.act` says. If it writes to a table itself, it checks the fence with each write. */
  act(look: Look, fence: Fence): Promise<boolean | number>
}

export interface RunProcessManager {
  readonly pool: pg.Pool
  /** Names this instance in the lease. */
  readonly owner: string
  readonly logger: Logger
}

/** Runs a process manager on one instance at a time: while this instance has the lease, it feeds the table and acts on it. */
export function runProcessManager(manager: ProcessManager, { pool, owner, logger }: RunProcessManager): Running {
  const { name, intervalMs, table, wakeUp } = manager

  async function clockMoved(byMs: number): Promise<void> {
    // First, everything that was counted by the old clock must be in the table.
    await table?.caughtUp()
    await manager.clockMoved(byMs)
  }

  async function whileHeld({ token, signal: lost }: Lease): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([lost, over.signal])
    const fence = { name, token }
    const act = (look: Look) => manager.act(look, fence)
    const work = [poll({ name, intervalMs, logger, clock: () => databaseTime(pool), clockMoved, act, ...(wakeUp && { wakeUp }) }, signal)]
    if (table) work.push(table.feedWhileOwned({ signal, fence }))
    try {
      // If one of them ends, the other is ended too, and the lease is asked for again.
      await Promise.race(work)
    } finally {
      over.abort()
      await Promise.allSettled(work)
    }
  }

  return holdLease({ pool, name, owner, logger, whileHeld })
}
