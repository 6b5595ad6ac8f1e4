import type pg from 'pg'
import { asElvesError, ElvesError } from '../../foundation/errors.ts'
import type { EventStore } from '../event-store.ts'
import { moveCheckpoint, readCheckpoint } from '../handlers/checkpoint.ts'
import type { Position } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { inTransaction } from '../postgres/transaction.ts'
import type { DueTableDefinition } from './due-table.ts'

export interface TableCatchUpOptions {
  readonly table: DueTableDefinition
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
}

const eventsPerWrite = 2_000
const withinMs = 10_000

/**
 * Brings a due table up to a position while another instance may feed it, which is safe because of the compare-and-set of
 * the checkpoint.
 */
export class TableCatchUp {
  readonly #options: TableCatchUpOptions

  constructor(options: TableCatchUpOptions) {
    this.#options = options
  }

  async isAt(position: Position): Promise<boolean> {
    return isAt(await this.#checkpoint(), position)
  }

  /** Throws READ_MODEL_BEHIND (canRetry). */
  async upTo(position: Position): Promise<void> {
    const { name } = this.#options.table
    const givesUpAt = performance.now() + withinMs
    for (let at = await this.#checkpoint(); !isAt(at, position); at = await this.#checkpoint()) {
      if (performance.now() > givesUpAt) {
        const facts = { name, position }
        throw new ElvesError('READ_MODEL_BEHIND', `the table of ${name} did not get to the position in time`, { canRetry: true, facts })
      }
      if ((await this.#write(at)) === 'NOTHING') return
    }
  }

  #checkpoint(): Promise<Position | null> {
    const { pool, schema, table } = this.#options
    return patiently(() => readCheckpoint(pool, schema, table.name))
  }

  /** Resolves even if another instance was faster. */
  async #write(from: Position | null): Promise<'WRITTEN' | 'NOTHING'> {
    const { store, pool, schema, table } = this.#options
    const events = await store.readAll({ from, direction: 'forwards', limit: eventsPerWrite })
    const last = events.at(-1)
    if (!last) return 'NOTHING'
    try {
      await inTransaction(pool, async (client) => {
        await table.apply(
          client,
          events.filter((event) => table.wants(event)),
        )
        await moveCheckpoint(client, schema, { name: table.name, from, to: last.position })
      })
    } catch (error) {
      if (asElvesError(error).code !== 'CHECKPOINT_CONFLICT') throw error
    }
    return 'WRITTEN'
  }
}

function isAt(checkpoint: Position | null, position: Position): boolean {
  return checkpoint !== null && checkpoint >= position
}
