import type { InventorySourceSet } from '@elves/schemas/generated/types.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

export type InventoryEvent = EventOf<'inventory'>

/** What the configuration says of a source, as far as people may see it. */
export type InventorySourceSettings = Omit<InventorySourceSet, 'source'>

export interface InventorySourceState {
  readonly settings: InventorySourceSettings
  /** WAITING: it was not read yet. */
  readonly phase: 'WAITING' | 'SYNCED' | 'FAILING'
  readonly counts: InventoryCounts | null
  readonly error: string | null
  /** Agents that may have labels of it, in no fixed order. */
  readonly agentIds: readonly string[]
}

export interface InventoryCounts {
  readonly entries: number
  readonly agents: number
  readonly skipped: number
}

/** All sources of labels, by name: they have one stream, so that what the configuration does not have any more is known. */
export interface InventoryState {
  readonly sources: Readonly<Record<string, InventorySourceState>>
}

interface OfSource {
  readonly source: string
}

export interface SetInventorySource extends OfSource {
  readonly type: 'SetInventorySource'
  readonly settings: InventorySourceSettings
}

/** Sent when none of its agents has labels of it any more. */
export interface RemoveInventorySource extends OfSource {
  readonly type: 'RemoveInventorySource'
}

/** Sent before labels are set, and after they are gone: a crash in between leaves an agent too many, never one too few. */
export interface CountAgents extends OfSource {
  readonly type: 'AddInventoryAgents' | 'DropInventoryAgents'
  readonly agentIds: readonly string[]
}

export interface RecordSync extends OfSource {
  readonly type: 'RecordInventorySync'
  readonly counts: InventoryCounts
}

export interface RecordSyncFailure extends OfSource {
  readonly type: 'RecordInventoryFailure'
  readonly error: string
}

export type InventoryCommand = SetInventorySource | RemoveInventorySource | CountAgents | RecordSync | RecordSyncFailure

/** Agents of one event. */
export const inventoryAgentsAtOnce = 1_000

function decide(command: InventoryCommand, { sources }: InventoryState): Decision<InventoryEvent> {
  const { source } = command
  const known = Object.hasOwn(sources, source) ? sources[source] : undefined
  if (command.type === 'SetInventorySource') {
    const { settings } = command
    return known && isSame(known.settings, settings) ? [] : [{ type: 'InventorySourceSet', data: { source, ...settings } }]
  }
  // Another owner has removed it.
  if (!known) return []
  switch (command.type) {
    case 'RemoveInventorySource':
      return [{ type: 'InventorySourceRemoved', data: { source } }]
    case 'AddInventoryAgents': {
      const before = new Set(known.agentIds)
      return ofAgents(
        'InventoryAgentsAdded',
        source,
        command.agentIds.filter((id) => !before.has(id)),
      )
    }
    case 'DropInventoryAgents': {
      const before = new Set(known.agentIds)
      return ofAgents(
        'InventoryAgentsDropped',
        source,
        command.agentIds.filter((id) => before.has(id)),
      )
    }
    case 'RecordInventorySync': {
      const isKnown = known.phase === 'SYNCED' && known.counts !== null && isSame(known.counts, command.counts)
      return isKnown ? [] : [{ type: 'InventorySynced', data: { source, ...command.counts } }]
    }
    case 'RecordInventoryFailure': {
      const { error } = command
      return known.phase === 'FAILING' && known.error === error ? [] : [{ type: 'InventoryFailed', data: { source, error } }]
    }
  }
}

function ofAgents(type: 'InventoryAgentsAdded' | 'InventoryAgentsDropped', source: string, agentIds: readonly string[]): InventoryEvent[] {
  return agentIds.length === 0 ? [] : [{ type, data: { source, agentIds: [...agentIds] } }]
}

function isSame(one: object, other: object): boolean {
  const canonical = (of: object) => JSON.stringify(Object.entries(of).sort())
  return canonical(one) === canonical(other)
}

function evolve(state: InventoryState, event: InventoryEvent): InventoryState {
  const { source } = event.data
  if (event.type === 'InventorySourceRemoved') {
    const { [source]: _, ...sources } = state.sources
    return { sources }
  }
  const before = Object.hasOwn(state.sources, source) ? state.sources[source] : undefined
  return { sources: { ...state.sources, [source]: evolveSource(before ?? unread, event) } }
}

const unread: InventorySourceState = {
  settings: { kind: '', location: '', matchBy: '', everyMs: 0 },
  phase: 'WAITING',
  counts: null,
  error: null,
  agentIds: [],
}

function evolveSource(state: InventorySourceState, event: Exclude<InventoryEvent, { type: 'InventorySourceRemoved' }>): InventorySourceState {
  switch (event.type) {
    case 'InventorySourceSet': {
      const { source: _, ...settings } = event.data
      return { ...state, settings }
    }
    case 'InventoryAgentsAdded':
      return { ...state, agentIds: [...state.agentIds, ...event.data.agentIds] }
    case 'InventoryAgentsDropped': {
      const dropped = new Set(event.data.agentIds)
      return { ...state, agentIds: state.agentIds.filter((id) => !dropped.has(id)) }
    }
    case 'InventorySynced': {
      const { source: _, ...counts } = event.data
      return { ...state, phase: 'SYNCED', counts, error: null }
    }
    case 'InventoryFailed':
      return { ...state, phase: 'FAILING', error: event.data.error }
  }
}

/** Where labels come from that neither agents nor people say: the inventory of a company. */
export const inventoryAggregate = aggregate({
  name: 'inventory',
  prefix: 'inventory-',
  decider: { initialState: { sources: {} } as InventoryState, decide, evolve },
  stateBytes: ({ sources }) => Object.values(sources).reduce((sum, { agentIds }) => sum + 500 + 50 * agentIds.length, 0),
})

/** The one stream of all sources. */
export const inventoryStream = inventoryAggregate.streamOf('sources')
