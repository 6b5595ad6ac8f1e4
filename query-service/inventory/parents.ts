import type { InventorySourceView } from '@elves/core/read-models/inventory/inventory-source-view.ts'

export type InventorySourceParent = InventorySourceView
