import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSelector, selects } from '../../domain/selectors/selector.ts'
import { type AgentView, selectableOf } from './agent-view.ts'
import { readAgents } from './queries.ts'
import { boundAgents } from './selection.ts'

/** What Postgres selects is what the predicate selects, in the order of the list, page by page. */
let database: ReadModelDatabase
let agents: readonly AgentView[]
beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 41, tasks: 0, agents: 40, plans: 1 }))
  await projectInto(database.pool, 'read', [await allEvents(database.store)])
  const page = await readAgents(
    database.pool,
    'read',
    { states: ['PENDING', 'CONNECTED', 'OFFLINE', 'LOST', 'REVOKED'] },
    { first: 500, after: null },
  )
  agents = page.edges.map(({ node }) => node)
})
afterAll(() => database.close())

const anySelector = fc.constantFrom(
  '',
  'env=ü',
  'site',
  '!rack',
  'site=字,env in (ü,x)',
  'room!=ü1',
  'app=apptest',
  'version in (1,2)',
  'name=nobody',
)

test('a page of what a selector selects is that of the predicate, wherever it begins', async () => {
  const agree = fc.asyncProperty(anySelector, fc.integer({ min: 1, max: 7 }), async (selector, first) => {
    const found: string[] = []
    for (let after: string | null = null, isMore = true; isMore; ) {
      const page = await readAgents(database.pool, 'read', { selector }, { first, after })
      found.push(...page.edges.map(({ node }) => node.id))
      ;[after, isMore] = [page.endCursor, page.hasNextPage]
    }
    const parsed = parseSelector(selector)
    expect(found).toEqual(agents.filter((agent) => selects(parsed, selectableOf(agent))).map(({ id }) => id))
  })
  await fc.assert(agree, { numRuns: 40 })
})

test('what several selectors select together is counted once, with those that were revoked by name', async () => {
  const agree = fc.asyncProperty(fc.uniqueArray(anySelector, { maxLength: 3 }), async (texts) => {
    const selectors = texts.map(parseSelector)
    const bound = agents.filter((agent) => selectors.some((selector) => selects(selector, selectableOf(agent))))
    const revoked = bound.filter(({ state }) => state === 'REVOKED').map(({ id }) => id)
    expect(await boundAgents(database.pool, 'read', selectors, null)).toEqual({ selected: bound.length, revoked: revoked.reverse() })
  })
  await fc.assert(agree, { numRuns: 40 })
})
