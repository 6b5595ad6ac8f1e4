import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { subjectOf } from '@elves/core/domain/event-subject.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import {
  describeSelector,
  parseSelector,
  type SelectableAgent,
  type Selector,
  type SelectorTerm,
  selects,
} from '@elves/core/domain/selectors/selector.ts'
import { taskStates } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { type AgentView, agentStates, agentsOf, evolveAgentView, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { AgentFilter } from '@elves/core/read-models/agents/queries.ts'
import type { EventFilter } from '@elves/core/read-models/event-log/queries.ts'
import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { QueueFilter } from '@elves/core/read-models/queues/queries.ts'
import { evolveQueueView, type QueueView, queueStates } from '@elves/core/read-models/queues/queue-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { ScheduleFilter } from '@elves/core/read-models/schedules/queries.ts'
import { evolveScheduleView, type ScheduleView, scheduleStates } from '@elves/core/read-models/schedules/schedule-view.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import { foldTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentMatches } from '../agents/filter.ts'
import { eventMatches } from '../events/filter.ts'
import { queueMatches } from '../queues/changes.ts'
import { scheduleMatches } from '../schedules/changes.ts'
import { taskMatches } from '../tasks/filter.ts'

/** Lists filter by SQL and subscriptions by a predicate: the same filter must match the same things. */
const schema = 'elves_read'
const runs = { numRuns: 100 }
/** Values that nothing in the history has; Postgres could not even store the last two. */
const foreign = ['', 'no such', "'; --", 'no\0such', 'no\ud83dsuch']
let database: ReadModelDatabase
let readModels: ReadModels
let events: readonly RecordedEvent[]
let tasks: readonly TaskView[]
let agents: readonly AgentView[]
let queues: readonly QueueView[]
let schedules: readonly ScheduleView[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 11, tasks: 80, agents: 9, plans: 12 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, schema, [events])
  readModels = await postgresReadModels({ connectionString: database.url, schema, logger: silentLogger })
  const ofTasks = events.filter((event) => taskAggregate.isEvent(event))
  tasks = [...Map.groupBy(ofTasks, ({ stream }) => stream).values()].map((ofTask) => foldTaskView(ofTask) as TaskView)
  const byId = new Map<string, AgentView>()
  for (const event of events.filter(isAnyAgentEvent)) {
    for (const id of agentsOf(event.event)) byId.set(id, evolveAgentView(byId.get(id) ?? null, id, event))
  }
  agents = [...byId.values()]
  queues = folded(queueAggregate, (view: QueueView | null, event) => evolveQueueView(view, event))
  schedules = folded(scheduleAggregate, (view: ScheduleView | null, event) => evolveScheduleView(view, event))
})

/** Folds each stream of an aggregate into what people see. */
function folded<Event extends DomainEvent, View>(
  { isEvent }: { isEvent(event: RecordedEvent): event is RecordedEvent<Event> },
  evolve: (view: View | null, event: RecordedEvent<Event>) => View,
): View[] {
  const streams = Map.groupBy(events.filter(isEvent), ({ stream }) => stream)
  return [...streams.values()].map((ofOne) => ofOne.reduce<View | null>(evolve, null) as View)
}

afterAll(async () => {
  await readModels.close()
  await database.close()
})

test('tasks by any filter; an ip is another question, of the agent that has it now or had it then', async () => {
  const filters = optional<Omit<TaskFilter, 'visible'>>({
    ids: anyOf(tasks.map(({ id }) => id)),
    agents: anyOf(tasks.map(({ agentId }) => agentId)),
    apps: anyOf(tasks.map(({ app }) => app)),
    states: fc.subarray([...taskStates]),
    kinds: anyOf(['INSTANT', 'QUEUE', 'SCHEDULE']),
    needsApproval: fc.boolean(),
    isLate: fc.boolean(),
    queues: anyOf(tasks.flatMap(({ queueId }) => queueId ?? [])),
    correlationId: oneOf(tasks.map(({ correlationId }) => correlationId)),
    requestedFrom: near(tasks.map(({ requestedAt }) => requestedAt)),
    requestedTo: near(tasks.map(({ requestedAt }) => requestedAt)),
  })
  const agree = async (filter: TaskFilter) => {
    const found = await all((page) => readModels.tasks(filter, page))
    expect(found.map(({ id }) => id).sort()).toEqual(ids(tasks.filter(taskMatches(filter))))
    return found.length
  }
  await agreeing(filters, agree)
})

test('agents by any filter; a list leaves out the removed where no state is asked for, or an ip is', async () => {
  const filters = optional<Omit<AgentFilter, 'visible'>>({
    ids: anyOf(agents.map(({ id }) => id)),
    ips: anyOf(agents.map(({ ip }) => ip).filter((ip) => ip !== '')),
    states: fc.subarray([...agentStates]),
    apps: anyOf(agents.flatMap(({ facts }) => facts.apps.map(({ name }) => name))),
    selector: selectors(agents.map(selectableOf)),
  })
  const agree = async (filter: AgentFilter) => {
    const isListed = ({ state }: AgentView) => state !== 'REMOVED' || (filter.states !== undefined && filter.ips === undefined)
    const found = await all((page) => readModels.agents(filter, page))
    expect(found.map(({ id }) => id).sort()).toEqual(ids(agents.filter(agentMatches(filter)).filter(isListed)))
    return found.length
  }
  await agreeing(filters, agree)
})

test('tasks, agents, queues and schedules that somebody may see, by any apps and selectors', async () => {
  const scope = fc.record({
    apps: fc.option(fc.subarray(['apptest', 'other'], { minLength: 1 })),
    selector: selectors(agents.map(selectableOf)).map(parseSelector),
  })
  const byId = new Map(agents.map((agent) => [agent.id, selectableOf(agent)]))
  await agreeing(fc.array(scope, { maxLength: 3 }), async (visible) => {
    const isOfAgent = (selector: Selector, id: string) => {
      const agent = byId.get(id)
      return selector.terms.length === 0 || (agent !== undefined && selects(selector, agent))
    }
    const seen = tasks.filter(({ app, agentId }) =>
      visible.some(({ apps, selector }) => (apps === null || apps.includes(app)) && isOfAgent(selector, agentId)),
    )
    const found = await all((page) => readModels.tasks({ visible }, page))
    expect(found.map(({ id }) => id).sort()).toEqual(ids(seen))
    const present = agents.filter(({ id, state }) => state !== 'REMOVED' && visible.some(({ selector }) => isOfAgent(selector, id)))
    const listed = await all((page) => readModels.agents({ visible }, page))
    expect(listed.map(({ id }) => id).sort()).toEqual(ids(present))
    const ofQueues = await all((page) => readModels.of(queuesReadModel).list({ visible }, page))
    const isSeenQueue = ({ id, app }: QueueView) => {
      const own = tasks.filter(({ queueId }) => queueId === id)
      if (own.length > 0) return own.some((task) => seen.includes(task))
      return visible.some(({ apps }) => apps === null || (app !== null && apps.includes(app)))
    }
    expect(ofQueues.map(({ id }) => id).sort()).toEqual(ids(queues.filter(isSeenQueue)))
    const counts = await readModels.of(queuesReadModel).taskCounts(
      queues.map(({ id }) => id),
      visible,
    )
    const countedOf = (id: string) => (counts.get(id) ?? []).reduce((sum, { count }) => sum + count, 0)
    for (const { id } of queues) expect(countedOf(id)).toBe(seen.filter(({ queueId }) => queueId === id).length)
    const ofSchedules = await all((page) => readModels.of(schedulesReadModel).list({ visible, states: [...scheduleStates] }, page))
    const isSeenSchedule = ({ settings: { app, agentId } }: ScheduleView) =>
      visible.some(({ apps, selector }) => (apps === null || apps.includes(app)) && isOfAgent(selector, agentId))
    expect(ofSchedules.map(({ id }) => id).sort()).toEqual(ids(schedules.filter(isSeenSchedule)))
    return found.length
  })
})

test('the agents that tasks are run on by any selector, with what decides whether they can', async () => {
  const { select } = readModels.of(agentsReadModel)
  const present = agents.filter(({ state }) => state !== 'REMOVED')
  await agreeing(selectors(agents.map(selectableOf)), async (text) => {
    const found = await select(parseSelector(text), { app: 'apptest', most: 1_000, among: null })
    const wanted = present.filter((agent) => selects(parseSelector(text), selectableOf(agent)))
    const hasApp = ({ facts }: AgentView) => facts.apps.some(({ name }) => name === 'apptest')
    expect(found).toEqual(wanted.map((agent) => ({ id: agent.id, isRevoked: agent.state === 'REVOKED', hasApp: hasApp(agent) })))
    const among = [{ apps: null, selector: parseSelector(`id=${present[0]?.id}`) }]
    const own = await select(parseSelector(text), { app: 'apptest', most: 1_000, among })
    expect(own).toEqual(found.filter(({ id }) => id === present[0]?.id))
    return found.length
  })
})

test('queues by any filter', async () => {
  const { list } = readModels.of(queuesReadModel)
  const filters = optional<Omit<QueueFilter, 'visible'>>({
    ids: anyOf(queues.map(({ id }) => id)),
    apps: anyOf(queues.flatMap(({ app }) => app ?? [])),
    states: fc.subarray([...queueStates]),
    createdFrom: near(queues.map(({ createdAt }) => createdAt)),
    createdTo: near(queues.map(({ createdAt }) => createdAt)),
  })
  await agreeing(filters, async (filter) => {
    const found = await all((page) => list(filter, page))
    expect(found.map(({ id }) => id).sort()).toEqual(ids(queues.filter(queueMatches(filter))))
    return found.length
  })
})

test('schedules by any filter; a list leaves out the deleted where neither a state nor an id is asked for', async () => {
  const { list } = readModels.of(schedulesReadModel)
  const filters = optional<Omit<ScheduleFilter, 'visible' | 'missedSince'>>({
    ids: anyOf(schedules.map(({ id }) => id)),
    agents: anyOf(schedules.flatMap(({ settings }) => [settings.agent, settings.agentId])),
    apps: anyOf(schedules.map(({ settings }) => settings.app)),
    states: fc.subarray([...scheduleStates]),
  })
  await agreeing(filters, async (filter) => {
    const isListed = ({ state }: ScheduleView) => state !== 'DELETED' || filter.states !== undefined || filter.ids !== undefined
    const found = await all((page) => list(filter, page))
    expect(found.map(({ id }) => id).sort()).toEqual(ids(schedules.filter(scheduleMatches(filter)).filter(isListed)))
    return found.length
  })
})

test('events by any filter; an ip is another question, of the agent that has it now or had it then', async () => {
  await agreeing(eventFilters(), (filter) => eventsAgree(filter, 'OLDEST_FIRST', 500))
})

test('events by an agent that caused them, as their subject or not, beside any filter, in both orders and on pages of any size', async () => {
  const isByAgent = ({ event, context }: RecordedEvent, subject: boolean) =>
    isAgentId(context.actor.id) && (subjectOf(event).agentId === context.actor.id) === subject
  const actors = [true, false].map((subject) => events.filter((event) => isByAgent(event, subject)).map(({ context }) => context.actor.id))
  for (const some of actors) expect(some.length).toBeGreaterThan(0)
  const asked = fc.tuple(
    fc.tuple(fc.constantFrom(...new Set(actors.flat())), eventFilters()).map(([actor, beside]) => ({ ...beside, actors: [actor] })),
    fc.constantFrom('NEWEST_FIRST' as const, 'OLDEST_FIRST' as const),
    fc.integer({ min: 1, max: 40 }),
  )
  await agreeing(asked, ([filter, order, first]) => eventsAgree(filter, order, first))
})

test('events by what somebody may audit, beside any filter, in both orders and on pages of any size', async () => {
  const apps = [...new Set(events.flatMap(({ event }) => subjectOf(event).app ?? []))]
  const part = fc.record({
    apps: fc.option(fc.subarray([...apps, 'of nobody'], { minLength: 1, maxLength: 3 })),
    selector: fc.oneof(fc.constant(''), selectors(agents.map(selectableOf))).map(parseSelector),
  })
  const byId = new Map(agents.map((agent) => [agent.id, selectableOf(agent)]))
  const asked = fc.tuple(
    eventFilters(),
    fc.array(part, { maxLength: 3 }),
    fc.constantFrom('NEWEST_FIRST' as const, 'OLDEST_FIRST' as const),
    fc.integer({ min: 1, max: 40 }),
  )
  await agreeing(asked, async ([filter, audited, order, first]) => {
    const isAudited = ({ event }: RecordedEvent) => {
      const { app, agentId } = subjectOf(event)
      const agent = agentId === null ? undefined : byId.get(agentId)
      return audited.some(
        ({ apps: named, selector }) =>
          (named === null || (app !== null && named.includes(app))) &&
          (selector.terms.length === 0 || (agent !== undefined && selects(selector, agent))),
      )
    }
    const matches = eventMatches(filter)
    const wanted = events.filter((event) => isAudited(event) && matches({ transitions: new Map() }, event)).map(({ id }) => id)
    const found = await all((page) => readModels.events({ ...filter, audited }, order, { ...page, first }))
    expect(found.map(({ id }) => id)).toEqual(order === 'OLDEST_FIRST' ? wanted : wanted.toReversed())
    return found.length
  })
})

/** Selectors of up to three terms over what the agents have, and over what none has. */
function selectors(of: readonly SelectableAgent[]): fc.Arbitrary<string> {
  const labels = of.flatMap((agent) => Object.entries(agent.labels))
  const builtIn = of.flatMap(({ id, ip, name, platform, version, apps }) => [
    ...Object.entries({ id, ip, name, platform, version }),
    ...apps.map((app) => ['app', app] as const),
  ])
  const key = oneOf([...labels, ...builtIn].map(([name]) => name)).filter((name) => name !== '')
  const values = fc.uniqueArray(oneOf([...labels, ...builtIn].map(([, value]) => value)), { minLength: 1, maxLength: 3 })
  const term: fc.Arbitrary<SelectorTerm> = fc.oneof(
    fc.record({ key, operator: fc.constantFrom('IN' as const, 'NOT_IN' as const), values }),
    fc.record({ key, operator: fc.constantFrom('EXISTS' as const, 'NOT_EXISTS' as const), values: fc.constant([]) }),
  )
  return fc.array(term, { maxLength: 3 }).map((terms) => describeSelector({ terms }))
}

function eventFilters(): fc.Arbitrary<EventFilter> {
  const subjects = events.map(({ event }) => subjectOf(event))
  return optional<Omit<EventFilter, 'audited'>>({
    streams: anyOf(events.map(({ stream }) => stream)),
    types: anyOf(events.map(({ event }) => event.type)),
    actors: anyOf(events.map(({ context }) => context.actor.id)),
    agents: anyOf(subjects.flatMap(({ agentId }) => agentId ?? [])),
    apps: anyOf(subjects.flatMap(({ app }) => app ?? [])),
    correlationId: oneOf(events.map(({ context }) => context.correlationId)),
    text: fc.constantFrom('ü', 'why', 'VERIFIED', 'no such text'),
    from: near(events.map(({ recordedAt }) => recordedAt)),
    to: near(events.map(({ recordedAt }) => recordedAt)),
  })
}

async function eventsAgree(filter: EventFilter, order: 'NEWEST_FIRST' | 'OLDEST_FIRST', first: number): Promise<number> {
  const matches = eventMatches(filter)
  const wanted = events.filter((event) => matches({ transitions: new Map() }, event)).map(({ id }) => id)
  const found = await all((page) => readModels.events(filter, order, { ...page, first }))
  expect(found.map(({ id }) => id)).toEqual(order === 'OLDEST_FIRST' ? wanted : wanted.toReversed())
  return found.length
}

/** Checks that SQL and predicate agree on each filter, and that some filters find something and some nothing. */
async function agreeing<Filter>(filters: fc.Arbitrary<Filter>, agree: (filter: Filter) => Promise<number>): Promise<void> {
  const counts: number[] = []
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      counts.push(await agree(filter))
    }),
    runs,
  )
  expect(counts).toContain(0)
  expect(counts.some((count) => count > 0)).toBe(true)
}

/** Generates filters with none, one or several of the fields. */
function optional<Filter>(fields: { [Name in keyof Required<Filter>]: fc.Arbitrary<Required<Filter>[Name]> }): fc.Arbitrary<Filter> {
  const some = fc.subarray(Object.keys(fields), { maxLength: 3 })
  return some.chain((names) => {
    const chosen = Object.entries(fields).filter(([name]) => names.includes(name))
    return fc.record(Object.fromEntries(chosen) as Record<string, fc.Arbitrary<unknown>>)
  }) as fc.Arbitrary<Filter>
}

function oneOf(values: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...new Set(values), ...foreign)
}

function anyOf(values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.array(oneOf(values), { maxLength: 12 })
}

function near(instants: readonly number[]): fc.Arbitrary<number> {
  return fc.tuple(fc.constantFrom(...new Set(instants)), fc.integer({ min: -1, max: 1 })).map(([instant, by]) => instant + by)
}

async function all<Item>(read: (page: PageRequest) => Promise<Page<Item>>): Promise<Item[]> {
  const found: Item[] = []
  for (let after: string | null = null; ; ) {
    const { edges, endCursor, hasNextPage } = await read({ first: 500, after })
    found.push(...edges.map(({ node }) => node))
    if (!hasNextPage) return found
    after = endCursor
  }
}

function ids(things: readonly { readonly id: string }[]): string[] {
  return things.map(({ id }) => id).sort()
}
