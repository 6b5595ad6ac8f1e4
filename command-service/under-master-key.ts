import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** Rows with keys that the master key wraps. The log says which of them shall be there, and has none of the keys. */
export interface RowsUnderMasterKey {
  /** Name of the process manager. */
  readonly name: string
  /** What the rows are, for the log lines. */
  readonly what: string
  /** Removes rows that shall not be there: a process died before it removed one or told of one, or a backup brought one back. */
  removeLeft(): Promise<void>
  /** Wraps keys anew that another master key than the current one has wrapped, at most `limit`; resolves with how many. */
  wrapAnew(limit: number): Promise<number>
}

const intervalMs = 15_000
const atOnce = 100

/** Keeps the rows as the log says, and all of them under the current master key, so that an earlier one can be taken away. */
export function underMasterKey({ name, what, removeLeft, wrapAnew }: RowsUnderMasterKey, logger: Logger): ProcessManager {
  return {
    name,
    intervalMs,
    clockMoved: async () => undefined,
    async act() {
      try {
        await removeLeft()
        const count = await wrapAnew(atOnce)
        if (count > 0) logger.info({ count }, `${what} were wrapped under the current master key`)
        return count === atOnce
      } catch (error) {
        // Without a master key there is nothing to do; who needs it for something new is told.
        if (asElvesError(error).code !== 'MASTER_KEY_UNAVAILABLE') throw error
        return false
      }
    },
  }
}

/**
 * Wraps rows anew, page by page, until `limit` of them were, and returns these. Rows that no key opens any more do not hold up the ones
 * behind them. `pageAfter` returns rows of other master keys than the current one in their order; `wrap` resolves with whether it did.
 */
export async function wrapPages<Row>(
  limit: number,
  pageAfter: (last: Row | null) => Promise<readonly Row[]>,
  wrap: (row: Row) => Promise<boolean>,
): Promise<readonly Row[]> {
  const wrapped: Row[] = []
  for (let page = await pageAfter(null); page.length > 0; page = await pageAfter(page.at(-1) ?? null)) {
    for (const row of page) {
      if (await wrap(row)) wrapped.push(row)
      if (wrapped.length === limit) return wrapped
    }
  }
  return wrapped
}
