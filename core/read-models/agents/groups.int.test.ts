import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSelector, selects } from '../../domain/selectors/selector.ts'
import { type AgentView, selectableOf } from './agent-view.ts'
import { groupAgents } from './groups.ts'
import { readAgents } from './queries.ts'

let database: ReadModelDatabase
let agents: readonly AgentView[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 41, tasks: 0, agents: 40, plans: 1 }))
  await projectInto(database.pool, 'read', [await allEvents(database.store)])
  agents = (await readAgents(database.pool, 'read', {}, { first: 500, after: null })).edges.map(({ node }) => node)
})

afterAll(() => database.close())

/** What the values say of each agent, the largest group first. */
function grouped(valuesOf: (agent: AgentView) => readonly string[], among: readonly AgentView[]) {
  const groups = Map.groupBy(
    among.flatMap((agent) => valuesOf(agent).map((value) => ({ value, state: agent.state }))),
    ({ value }) => value,
  )
  return new Map([...groups].map(([value, of]) => [value, of.map(({ state }) => state).sort()]))
}

const label = (name: string) => (agent: AgentView) => [selectableOf(agent).labels[name]].flatMap((value) => value ?? [])

test.each([
  ['env', label('env')],
  ['site', label('site')],
  ['rack', label('rack')],
  ['platform', (agent: AgentView) => [agent.facts.platform].filter((value) => value !== '')],
  ['app', (agent: AgentView) => [...new Set(agent.facts.apps.map(({ name }) => name))]],
] as const)('agents are grouped by their values of %s, each with its state', async (name, valuesOf) => {
  for (const selector of ['', 'site', 'env=ü']) {
    const found = await groupAgents(database.pool, 'read', { label: name, selector, most: 100 })
    const among = agents.filter((agent) => selects(parseSelector(selector), selectableOf(agent)))
    const told = found.map(({ value, byState }) => [value, byState.flatMap(({ state, count }) => Array<string>(count).fill(state)).sort()] as const)
    expect(new Map(told)).toEqual(grouped(valuesOf, among))
    expect(found.map(({ agents: count }) => count)).toEqual(found.map(({ agents: count }) => count).toSorted((one, other) => other - one))
  }
})

test('the largest groups come where there are more; nobody has a label that cannot be kept, or the label of another with more in its name', async () => {
  const all = await groupAgents(database.pool, 'read', { label: 'id', selector: '', most: 500 })
  expect(all).toHaveLength(agents.length)
  expect(await groupAgents(database.pool, 'read', { label: 'id', selector: '', most: 3 })).toHaveLength(3)
  expect(await groupAgents(database.pool, 'read', { label: 'no\0such', selector: '', most: 3 })).toEqual([])
  expect(await groupAgents(database.pool, 'read', { label: 'en', selector: '', most: 3 })).toEqual([])
})

test('only agents that somebody may see are counted', async () => {
  const visible = [{ apps: null, selector: parseSelector('env=ü') }]
  const groups = await groupAgents(database.pool, 'read', { label: 'env', selector: '', most: 10, visible })
  expect(groups.map(({ value }) => value)).toEqual(['ü'])
})
