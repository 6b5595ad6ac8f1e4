import type pg from 'pg'
import { asElvesError } from '../../foundation/errors.ts'
import type { EventStore } from '../event-store.ts'
import { moveCheckpoint, readCheckpoint } from '../handlers/checkpoint.ts'
import type { Position } from '../position.ts'
import { patiently } from '../postgres/patience.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { readableAfter } from '../unreadable-event.ts'
import type { DueTableDefinition } from './due-table.ts'
import type { SetApartStreams } from './set-apart-streams.ts'

export interface TableCatchUpOptions {
  readonly table: DueTableDefinition
  readonly apart: Pick<SetApartStreams, 'apply' | 'park'>
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly schema: string
}

const eventsPerWrite = 2_000

/**
 * Brings a due table forward without its lease, a page at a time, where no instance feeds it. Another instance may do the same, or
 * begin to feed it: that is safe because of the compare-and-set of the checkpoint. Within this process, one page is written at a time.
 */
export class TableCatchUp {
  readonly #options: TableCatchUpOptions
  #writing: Promise<void> | null = null

  constructor(options: TableCatchUpOptions) {
    this.#options = options
  }

  async isAt(position: Position): Promise<boolean> {
    return isAt(await this.checkpoint(), position)
  }

  /** Null: the table has nothing yet. */
  checkpoint(): Promise<Position | null> {
    const { pool, schema, table } = this.#options
    return patiently(() => readCheckpoint(pool, schema, table.name))
  }

  /** Writes the next page; returns true if the table is at the position then. */
  async step(position: Position): Promise<boolean> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null
    })
    await this.#writing
    return this.isAt(position)
  }

  /** Resolves when no page is being written. Never rejects. */
  async idle(): Promise<void> {
    await this.#writing?.catch(() => undefined)
  }

  /** Resolves even if another instance was faster. */
  async #write(): Promise<void> {
    const { store, pool, schema, table, apart } = this.#options
    const from = await this.checkpoint()
    const { events, unreadable } = await readableAfter(store, from, eventsPerWrite)
    const to = unreadable?.position ?? events.at(-1)?.position
    if (to === undefined) return
    const wanted = events.filter((event) => table.wants(event))
    try {
      await inTransaction(pool, async (client) => {
        if (unreadable) await apart.park(client, unreadable)
        else if (wanted.length > 0) await apart.apply(client, wanted)
        await moveCheckpoint(client, schema, { name: table.name, from, to })
      })
    } catch (error) {
      if (asElvesError(error).code !== 'CHECKPOINT_CONFLICT') throw error
    }
  }
}

function isAt(checkpoint: Position | null, position: Position): boolean {
  return checkpoint !== null && checkpoint >= position
}
