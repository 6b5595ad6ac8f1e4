import type { InventoryCounts, InventoryEvent, InventorySourceSettings } from '../../domain/inventory/inventory.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const inventorySourceStates = ['WAITING', 'SYNCED', 'FAILING', 'REMOVED'] as const
export type InventorySourceStateName = (typeof inventorySourceStates)[number]

/** A source of labels as people see it, as of `changedAt`. Times are ms since the epoch. */
export interface InventorySourceView {
  /** Its name. */
  readonly id: string
  readonly state: InventorySourceStateName
  /** When this state began; of a source that fails, when it began to fail, whatever it failed with since. */
  readonly since: number
  readonly settings: InventorySourceSettings
  /** What the last sync that succeeded came to; null: none has. */
  readonly counts: InventoryCounts | null
  readonly lastError: string | null
  readonly changedAt: Position
}

/** The one fold of the events about a source into what people see. An event that is in the view already changes nothing. */
export function evolveInventorySourceView(
  view: InventorySourceView | null,
  { event, position, recordedAt }: RecordedEvent<InventoryEvent>,
): InventorySourceView {
  if (view && position <= view.changedAt) return view
  if (event.type === 'InventorySourceSet') {
    const { source: id, ...settings } = event.data
    const isNew = view === null || view.state === 'REMOVED'
    const begun: Omit<InventorySourceView, 'settings' | 'changedAt'> = isNew
      ? { id, state: 'WAITING', since: recordedAt, counts: null, lastError: null }
      : view
    return { ...begun, settings, changedAt: position }
  }
  if (!view) throw new TypeError(`source ${event.data.source} begins with ${event.type}`)
  const changed = changesOf(event, view)
  const state = changed.state ?? view.state
  return { ...view, ...changed, since: state === view.state ? view.since : recordedAt, changedAt: position }
}

function changesOf(event: Exclude<InventoryEvent, { type: 'InventorySourceSet' }>, view: InventorySourceView): Partial<InventorySourceView> {
  switch (event.type) {
    case 'InventoryAgentsAdded':
    case 'InventoryAgentsDropped':
      return {}
    case 'InventorySynced': {
      const { source: _, ...counts } = event.data
      return { state: 'SYNCED', counts }
    }
    case 'InventoryFailed':
      return { state: 'FAILING', lastError: event.data.error }
    case 'InventorySourceRemoved':
      return { state: 'REMOVED', counts: view.counts && { ...view.counts, agents: 0 } }
  }
}
