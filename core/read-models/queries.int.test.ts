import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { subjectOf } from '../domain/event-subject.ts'
import type { TaskEvent } from '../domain/task/events.ts'
import { taskAggregate } from '../domain/task/task.ts'
import type { RecordedEvent } from '../eventing/event-store.ts'
import { silentLogger } from '../foundation/log.ts'
import type { AgentListing } from './agents/queries.ts'
import { isFoundByText } from './event-log/has-text.ts'
import type { EventFilter } from './event-log/queries.ts'
import type { Page, PageRequest } from './paging/page.ts'
import { postgresReadModels } from './postgres-read-models.ts'
import type { ReadModels } from './read-models.ts'
import { readModelNames } from './registry.ts'
import type { TaskFilter } from './tasks/queries.ts'
import { foldTaskView, type TaskView } from './tasks/task-view.ts'

const schema = 'elves_read'
/** Postgres refuses the first, and would take the second for another text. */
const unstorable = ['no\0such', 'no\ud83dsuch']
const one = { events: 1, bytes: 1e6 }
let database: ReadModelDatabase
let readModels: ReadModels
let events: readonly RecordedEvent[]
/** As the fold returns them, newest request first. */
let tasks: readonly TaskView[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 3, tasks: 150, agents: 9 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, schema, [events])
  readModels = await postgresReadModels({ connectionString: database.url, schema, logger: silentLogger })
  const streams = Map.groupBy(events.filter(isTaskEvent), ({ stream }) => stream)
  tasks = [...streams.values()].map((ofTask) => foldTaskView(ofTask) as TaskView).reverse()
})

afterAll(async () => {
  await readModels.close()
  await database.close()
})

test('pages of any size give every task once, newest request first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (first) => {
      const nodes = await allPages(first, (page) => readModels.tasks({}, page))
      expect(nodes.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id))
    }),
    { numRuns: 10 },
  )
})

test('pages of any size give every event and every agent once, in either order', async () => {
  const sequence = events.map(({ id }) => id)
  for (const first of [7, 100, 500]) {
    const oldest = await allPages(first, (page) => readModels.events({}, 'OLDEST_FIRST', page))
    expect(oldest.map(({ id }) => id)).toEqual(sequence)
    const newest = await allPages(first, (page) => readModels.events({}, 'NEWEST_FIRST', page))
    expect(newest.map(({ id }) => id)).toEqual(sequence.toReversed())
  }
  const agents = await allPages(2, (page) => readModels.agents({}, page))
  const removed = await allPages(2, (page) => readModels.agents({ states: ['REMOVED'] }, page))
  expect(new Set([...agents, ...removed].map(({ id }) => id)).size).toBe(9)
  expect(agents.length + removed.length).toBe(9)
})

test('an agent that was removed is listed only where its state is asked for, and found by its id alone', async () => {
  const page = { first: 500, after: null }
  const removed = (await readModels.agents({ states: ['REMOVED'] }, page)).edges.map(({ node }) => node)
  expect(removed.length).toBeGreaterThan(0)
  const ids = removed.map(({ id }) => id)
  const ips = removed.map(({ ip }) => ip).filter((ip) => ip !== '')
  expect((await readModels.agents({ ids }, page)).edges).toEqual([])
  expect((await readModels.agents({ ips }, page)).edges.map(({ node }) => node.state)).not.toContain('REMOVED')
  expect((await readModels.agents({ ips, states: ['REMOVED'] }, page)).edges).toEqual([])
  for (const { id } of removed) expect((await readModels.agent(id))?.state).toBe('REMOVED')
  for (const ip of ips) expect((await readModels.agent(ip))?.state).not.toBe('REMOVED')
  for (const ip of ips) for (const { node } of (await readModels.tasks({ agents: [ip] }, page)).edges) expect(ids).not.toContain(node.agentId)
})

test('an event comes out as it was stored', async () => {
  const read = await allPages(500, (page) => readModels.events({}, 'OLDEST_FIRST', page))
  expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(events)))
})

test('task filters give what filtering the folds gives, also combined', async () => {
  const [some, other] = [tasks[10], tasks[60]] as [TaskView, TaskView]
  const filters: [TaskFilter, (task: TaskView) => boolean][] = [
    [{ ids: [some.id, other.id] }, ({ id }) => id === some.id || id === other.id],
    [{ ids: [] }, () => false],
    [{ agents: [some.agentId] }, ({ agentId }) => agentId === some.agentId],
    [{ agents: [some.agentId, other.agentId] }, ({ agentId }) => agentId === some.agentId || agentId === other.agentId],
    [{ apps: ['deploy', 'backup'] }, ({ app }) => app !== 'apptest'],
    [{ states: ['FAILED'] }, ({ state }) => state === 'FAILED'],
    [{ states: ['RUNNING', 'ACKNOWLEDGED'] }, ({ state }) => state === 'RUNNING' || state === 'ACKNOWLEDGED'],
    [{ states: ['RUNNING', 'SUCCEEDED'] }, ({ state }) => state === 'RUNNING' || state === 'SUCCEEDED'],
    [{ kinds: ['INSTANT'] }, ({ kind }) => kind === 'INSTANT'],
    [{ kinds: ['QUEUE'] }, ({ kind }) => kind === 'QUEUE'],
    [{ kinds: ['SCHEDULE'] }, () => false],
    [{ states: ['WAITING', 'SKIPPED'] }, ({ state }) => state === 'WAITING' || state === 'SKIPPED'],
    [{ correlationId: some.correlationId }, ({ id }) => id === some.id],
    [{ requestedFrom: some.requestedAt }, ({ requestedAt }) => requestedAt >= some.requestedAt],
    [{ requestedTo: some.requestedAt }, ({ requestedAt }) => requestedAt < some.requestedAt],
    [{ states: ['SUCCEEDED'], apps: ['deploy'] }, ({ state, app }) => state === 'SUCCEEDED' && app === 'deploy'],
    ...unstorable.flatMap((text): [TaskFilter, () => boolean][] => [
      [{ apps: [text] }, () => false],
      [{ ids: [text] }, () => false],
      [{ agents: [text] }, () => false],
      [{ kinds: [text] }, () => false],
      [{ correlationId: text }, () => false],
    ]),
  ]
  for (const [filter, isWanted] of filters) {
    const nodes = await allPages(17, (page) => readModels.tasks(filter, page))
    expect(
      nodes.map(({ id }) => id),
      JSON.stringify(filter),
    ).toEqual(tasks.filter(isWanted).map(({ id }) => id))
  }
})

test('event filters give what filtering the log gives, also combined', async () => {
  const middle = events[Math.floor(events.length / 2)] as RecordedEvent
  const agentId = subjectOf(middle.event).agentId ?? ''
  const filters: [EventFilter, (event: RecordedEvent) => boolean][] = [
    [{ streams: [middle.stream] }, ({ stream }) => stream === middle.stream],
    [{ types: ['TaskLost', 'AgentLost'] }, ({ event }) => event.type === 'TaskLost' || event.type === 'AgentLost'],
    [{ types: ['TaskLost', 'TaskStarted'] }, ({ event }) => event.type === 'TaskLost' || event.type === 'TaskStarted'],
    [{ actors: ['ann'] }, ({ context }) => context.actor.id === 'ann'],
    [{ actors: [agentId, 'deadlines'] }, ({ context }) => context.actor.id === agentId || context.actor.id === 'deadlines'],
    [{ agents: [agentId] }, ({ event }) => subjectOf(event).agentId === agentId],
    [{ apps: ['backup'] }, ({ event }) => subjectOf(event).app === 'backup'],
    [{ correlationId: middle.context.correlationId }, ({ context }) => context.correlationId === middle.context.correlationId],
    [{ from: middle.recordedAt }, ({ recordedAt }) => recordedAt >= middle.recordedAt],
    [{ to: middle.recordedAt }, ({ recordedAt }) => recordedAt < middle.recordedAt],
    ...['ü', 'why', 'VERIFIED', 'said'].map((text): [EventFilter, (event: RecordedEvent) => boolean] => [
      { text },
      (event) => isFoundByText(event, text),
    ]),
    [{ text: 'why', types: ['TaskCancelRequested'] }, (event) => event.event.type === 'TaskCancelRequested' && isFoundByText(event, 'why')],
    [{ text: 'ü', agents: [agentId] }, (event) => subjectOf(event.event).agentId === agentId && isFoundByText(event, 'ü')],
    [{ text: 'ü', actors: [agentId] }, (event) => event.context.actor.id === agentId && isFoundByText(event, 'ü')],
    [{ types: ['TaskFailed'], apps: ['apptest'] }, ({ event }) => event.type === 'TaskFailed' && subjectOf(event).app === 'apptest'],
    ...unstorable.flatMap((text): [EventFilter, () => boolean][] => [
      [{ streams: [text] }, () => false],
      [{ types: [text] }, () => false],
      [{ actors: [text] }, () => false],
      [{ agents: [text] }, () => false],
      [{ apps: [text] }, () => false],
      [{ correlationId: text }, () => false],
    ]),
  ]
  for (const [filter, isWanted] of filters) {
    const nodes = await allPages(23, (page) => readModels.events(filter, 'OLDEST_FIRST', page))
    expect(
      nodes.map(({ position }) => position),
      JSON.stringify(filter),
    ).toEqual(events.filter(isWanted).map(({ position }) => position))
  }
})

test('a text is found as it is, and refused where no event can have it', async () => {
  const count = async (text: string) => (await allPages(100, (page) => readModels.events({ text }, 'NEWEST_FIRST', page))).length
  expect(await count('why')).toBeGreaterThan(0)
  // The first differs in case, the second is the symbol of an enum, the third the name of a field.
  expect(await Promise.all(['WHY', 'VERIFIED', 'agentId'].map(count))).toEqual([0, 0, 0])
  for (const text of ['', 'x'.repeat(257), ...unstorable]) await expect(count(text)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

test('an ip stands for the agent whose alias it is, in every filter', async () => {
  const agents = await allPages(500, (page) => readModels.agents({}, page))
  const agent = agents.find(({ ip, id }) => ip !== '' && tasks.some(({ agentId }) => agentId === id))
  expect(agent).toBeDefined()
  const { id, ip } = agent ?? { id: '', ip: '' }
  expect((await readModels.agent(ip))?.id).toBe(id)
  expect((await readModels.agent(id))?.ip).toBe(ip)
  expect(await readModels.agent('10.99.99.99')).toBeNull()
  expect((await readModels.agents({ ips: [ip], apps: ['apptest'] }, { first: 5, after: null })).edges).toHaveLength(1)
  expect([...(await readModels.agentsById([id], 1e6)).values()].map((found) => (found as AgentListing).ip)).toEqual([ip])
  const byIp = await allPages(500, (page) => readModels.tasks({ agents: [ip] }, page))
  expect(byIp.map((task) => task.id)).toEqual(tasks.filter(({ agentId }) => agentId === id).map((task) => task.id))
  const ofAgent = await allPages(500, (page) => readModels.events({ agents: [ip] }, 'OLDEST_FIRST', page))
  expect(ofAgent).toHaveLength(events.filter(({ event }) => subjectOf(event).agentId === id).length)
})

test.each(unstorable)('a text that no row can have finds nothing, wherever it is asked for', async (text) => {
  expect([await readModels.task(text), await readModels.agent(text)]).toEqual([null, null])
  expect((await readModels.agentsById([text], 1e6)).size).toBe(0)
  expect((await readModels.streamEvents(text, { first: 1, after: null })).edges).toEqual([])
  for (const filter of [{ ids: [text] }, { ips: [text] }, { apps: [text] }, { states: [text as never] }]) {
    expect((await readModels.agents(filter, { first: 1, after: null })).edges).toEqual([])
  }
  const cursor = { first: 1, after: text }
  for (const list of [readModels.tasks({}, cursor), readModels.agents({}, cursor), readModels.events({}, 'NEWEST_FIRST', cursor)]) {
    await expect(list).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  }
  await expect(readModels.streamEvents('task-X', cursor)).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  await expect(readModels.eventsAfter(text, one)).rejects.toMatchObject({ code: 'POSITION_INVALID' })
})

test('a place beyond every log is no fault of the database', async () => {
  const place = (list: string) => Buffer.from(`${list}:${Number.MAX_SAFE_INTEGER}`).toString('base64url')
  expect((await readModels.streamEvents(events[0]?.stream ?? '', { first: 1, after: place('stream') })).edges).toEqual([])
  expect((await readModels.events({}, 'OLDEST_FIRST', { first: 1, after: place('events') })).edges).toEqual([])
  const logId = events[0]?.position.slice(0, 8)
  await expect(readModels.eventsAfter(`${logId}-ffffffffffffffff`, one)).rejects.toMatchObject({ code: 'POSITION_INVALID' })
})

test('a stream comes in order of version, in pages', async () => {
  const longest = events.toSorted((one, other) => other.version - one.version)[0] as RecordedEvent
  const nodes = await allPages(2, (page) => readModels.streamEvents(longest.stream, page))
  expect(nodes.map(({ version }) => version)).toEqual(Array.from({ length: longest.version + 1 }, (_, version) => version))
})

test('events after a position come in order; a position of another log is refused', async () => {
  const after = events[20]?.position ?? ''
  const { entries, hasMore } = await readModels.eventsAfter(after, { events: 30, bytes: 1e6 })
  expect([entries.map(({ position }) => position), hasMore]).toEqual([events.slice(21, 51).map(({ position }) => position), true])
  await expect(readModels.eventsAfter('00000000-0000000000000001', one)).rejects.toMatchObject({ code: 'POSITION_UNKNOWN' })
  await expect(readModels.eventsAfter('nonsense', one)).rejects.toMatchObject({ code: 'POSITION_INVALID' })
})

test('a cursor of another list, a changed one and a page out of bounds are refused', async () => {
  const page = await readModels.tasks({}, { first: 2, after: null })
  const cursor = page.edges[1]?.cursor ?? ''
  for (const after of ['', 'x', `${cursor}=`, `${cursor}AA`, Buffer.from('tasks:1.5').toString('base64url')]) {
    await expect(readModels.tasks({}, { first: 2, after })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  }
  await expect(readModels.events({}, 'NEWEST_FIRST', { first: 2, after: cursor })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  for (const first of [0, -1, 501, 1.5]) await expect(readModels.agents({}, { first, after: null })).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE' })
})

test('answers counters, its position and every projector', async () => {
  const counters = await readModels.counters()
  expect(counters.get('events')).toBe(events.length)
  expect(counters.get('tasks.FAILED')).toBe(tasks.filter(({ state }) => state === 'FAILED').length)
  expect(await readModels.position()).toBe(events.at(-1)?.position)
  expect((await readModels.projectors()).map(({ name }) => name).sort()).toEqual([...readModelNames].sort())
})

test('hears of a commit, and of none after it has ended listening', async () => {
  const heard: string[] = []
  const notify = () => database.pool.query(`select pg_notify('${schema}_commit', '')`)
  const endFirst = readModels.onCommit(() => heard.push('first'))
  await notify()
  await waitFor(() => heard.includes('first'))
  endFirst()
  heard.length = 0
  const endSecond = readModels.onCommit(() => heard.push('second'))
  await notify()
  await waitFor(() => heard.includes('second'))
  endSecond()
  expect(heard).not.toContain('first')
})

async function allPages<Item>(first: number, read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = []
  for (let after: string | null = null; ; ) {
    const page: Page<Item> = await read({ first, after })
    expect(page.edges.length).toBeLessThanOrEqual(first)
    items.push(...page.edges.map(({ node }) => node))
    if (!page.hasNextPage) return items
    after = page.edges.at(-1)?.cursor ?? null
  }
}

function isTaskEvent(event: RecordedEvent): event is RecordedEvent<TaskEvent> {
  return taskAggregate.idOf(event.stream) !== null
}
