import type pg from 'pg'
import type { Running } from '../../foundation/lifecycle.ts'
import type { Logger } from '../../foundation/log.ts'
import { holdLease, type Lease } from '../leases/lease.ts'
import { databaseTime } from '../postgres/database-clock.ts'
import type { DueTable, Fence } from './due-table.ts'
import { type Look, type PollOptions, poll } from './poll.ts'

/** Turns what is due into commands and messages: what it does, apart from how it is kept running. */
export interface ProcessManager extends Pick<PollOptions, 'intervalMs' | 'clockMoved'> {
  /** Also the name of its lease. */
  readonly name: string
  /** Fed by the instance that has the lease. */
  readonly table?: Pick<DueTable, 'feedWhileOwned' | 'caughtUp'>
  /** Does what is due; resolves with true where more may be. Who writes to a table by itself checks the fence with each write. */
  act(look: Look, fence: Fence): Promise<boolean>
}

export interface RunProcessManager {
  readonly pool: pg.Pool
  /** Names this instance in the lease. */
  readonly owner: string
  readonly logger: Logger
}

/** Runs a process manager on one instance at a time: whenever this one has its lease, it feeds its table and acts on it. */
export function runProcessManager(manager: ProcessManager, { pool, owner, logger }: RunProcessManager): Running {
  const { name, intervalMs, table } = manager

  async function clockMoved(byMs: number): Promise<void> {
    // What was counted on the clock as it was must be in the table first.
    await table?.caughtUp()
    await manager.clockMoved(byMs)
  }

  async function whileHeld({ token, signal: lost }: Lease): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([lost, over.signal])
    const fence = { name, token }
    const act = (look: Look) => manager.act(look, fence)
    const work = [poll({ name, intervalMs, logger, clock: () => databaseTime(pool), clockMoved, act }, signal)]
    if (table) work.push(table.feedWhileOwned({ signal, fence }))
    try {
      // Where one can not go on, the other ends with it, and the lease is asked for again.
      await Promise.race(work)
    } finally {
      over.abort()
      await Promise.allSettled(work)
    }
  }

  return holdLease({ pool, name, owner, logger, whileHeld })
}
