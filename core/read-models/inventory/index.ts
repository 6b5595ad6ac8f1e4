import type pg from 'pg'
import { inventoryAggregate } from '../../domain/inventory/inventory.ts'
import { detailColumns } from '../detail-rows.ts'
import { logIdColumn, type WithLogId } from '../paging/log-id.ts'
import { readModel } from '../read-model.ts'
import { type InventorySourceView, inventorySourceStates } from './inventory-source-view.ts'
import { type InventorySourceRow, inventorySourceViewOfRow, projectInventory } from './projector.ts'

/** Sources of labels, one row each. */
export const inventoryReadModel = readModel({
  name: 'inventory',
  tables: [{ name: 'inventory_sources', key: 'id' }],
  reads: [inventoryAggregate],
  states: inventorySourceStates,
  apply: projectInventory,
  queries: { all: readInventorySources },
})

/** Returns the sources that the configuration has, by name. A configuration has at most 100. */
async function readInventorySources(pool: pg.Pool, schema: string): Promise<readonly InventorySourceView[]> {
  const text = `select ${detailColumns}, ${logIdColumn(schema)} from ${schema}.inventory_sources where state <> 'REMOVED' order by id collate "C"`
  const { rows } = await pool.query<InventorySourceRow & WithLogId>(text)
  return rows.map((row) => inventorySourceViewOfRow(row, row.log_id))
}
