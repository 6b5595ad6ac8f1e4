import type pg from 'pg'
import { inventoryAggregate } from '../../domain/inventory/inventory.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { formatPosition } from '../../eventing/position.ts'
import { type DetailRow, detailTable } from '../detail-rows.ts'
import { foldRows } from '../folded-rows.ts'
import { evolveInventorySourceView, type InventorySourceStateName, type InventorySourceView } from './inventory-source-view.ts'

/** A row of `inventory_sources` as pg reads it. */
export type InventorySourceRow = DetailRow<InventorySourceStateName>

const table = detailTable('inventory_sources', ({ id: _id, state: _state, changedAt: _at, ...details }: InventorySourceView) =>
  JSON.stringify(details),
)

export function inventorySourceViewOfRow({ id, state, details, sequence }: InventorySourceRow, logId: string): InventorySourceView {
  return { ...(JSON.parse(details) as InventorySourceView), id, state, changedAt: formatPosition(logId, Number(sequence)) }
}

export async function projectInventory(client: pg.ClientBase, schema: string, events: readonly RecordedEvent[]): Promise<void> {
  const own = events.filter((event) => inventoryAggregate.isEvent(event))
  await foldRows(client, schema, own, {
    ...table,
    viewOf: inventorySourceViewOfRow,
    idsOf: ({ event }) => [event.data.source],
    evolve: (view: InventorySourceView | null, _id, recorded) => evolveInventorySourceView(view, recorded),
  })
}
