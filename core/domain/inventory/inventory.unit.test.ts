import { expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { type InventoryEvent, inventoryAggregate } from './inventory.ts'

const { decider } = inventoryAggregate
const source = 'cmdb'
const settings = { kind: 'HTTP', location: 'https://cmdb.example/hosts', matchBy: 'ip', everyMs: 60_000 }
const counts = { entries: 3, agents: 2, skipped: 1 }
const set: InventoryEvent = { type: 'InventorySourceSet', data: { source, ...settings } }
const added: InventoryEvent = { type: 'InventoryAgentsAdded', data: { source, agentIds: ['a', 'b'] } }
const synced: InventoryEvent = { type: 'InventorySynced', data: { source, ...counts } }
const failed: InventoryEvent = { type: 'InventoryFailed', data: { source, error: 'HTTP 500' } }

test('a source is set once, and again where the configuration says otherwise', () => {
  given(decider, []).when({ type: 'SetInventorySource', source, settings }).then([set])
  given(decider, [set, synced]).when({ type: 'SetInventorySource', source, settings }).then([])
  const other = { ...settings, everyMs: 1_000 }
  given(decider, [set])
    .when({ type: 'SetInventorySource', source, settings: other })
    .then([{ type: 'InventorySourceSet', data: { source, ...other } }])
})

test('agents are added and dropped once', () => {
  given(decider, [set, added])
    .when({ type: 'AddInventoryAgents', source, agentIds: ['b', 'c'] })
    .then([{ type: 'InventoryAgentsAdded', data: { source, agentIds: ['c'] } }])
  given(decider, [set, added])
    .when({ type: 'AddInventoryAgents', source, agentIds: ['a'] })
    .then([])
  given(decider, [set, added])
    .when({ type: 'DropInventoryAgents', source, agentIds: ['a', 'x'] })
    .then([{ type: 'InventoryAgentsDropped', data: { source, agentIds: ['a'] } }])
})

test('a sync is told where its numbers are others than before, or the source had failed', () => {
  const sync = { type: 'RecordInventorySync', source, counts } as const
  given(decider, [set]).when(sync).then([synced])
  given(decider, [set, synced]).when(sync).then([])
  given(decider, [set, synced, failed]).when(sync).then([synced])
})

test('a failure is told once for each error, and takes no label away', () => {
  const fail = { type: 'RecordInventoryFailure', source, error: 'HTTP 500' } as const
  given(decider, [set, added, synced]).when(fail).then([failed])
  given(decider, [set, added, synced, failed]).when(fail).then([])
  given(decider, [set, failed])
    .when({ ...fail, error: 'TIMEOUT' })
    .then([{ type: 'InventoryFailed', data: { source, error: 'TIMEOUT' } }])
  const state = [set, added, synced, failed].reduce(decider.evolve, decider.initialState)
  expect(state.sources[source]).toMatchObject({ phase: 'FAILING', agentIds: ['a', 'b'], counts })
})

test('a source that is gone is known no more, and is removed once', () => {
  const removed: InventoryEvent = { type: 'InventorySourceRemoved', data: { source } }
  given(decider, [set]).when({ type: 'RemoveInventorySource', source }).then([removed])
  given(decider, [set, removed]).when({ type: 'RemoveInventorySource', source }).then([])
  given(decider, [set, removed]).when({ type: 'RecordInventorySync', source, counts }).then([])
})
