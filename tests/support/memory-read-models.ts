import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { subjectOf } from '@elves/core/domain/event-subject.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { type Selector, selects } from '@elves/core/domain/selectors/selector.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition, type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type AgentView, agentsOf, aliasOf, evolveAgentView, selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import type { Selecting } from '@elves/core/read-models/agents/selection.ts'
import type { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import { cursorOf } from '@elves/core/read-models/paging/cursor.ts'
import { largestPageBytes, type Page, type PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { BoundQueries, ReadQueries } from '@elves/core/read-models/read-model.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import type { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type { TaskFilter } from '@elves/core/read-models/tasks/queries.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { mayList, maySeeApp, type Visible } from '@elves/core/read-models/visible.ts'

export interface MemoryReadModels extends ReadModels {
  /** Keeps the read models where they are until `release`. */
  hold(): void
  release(): void
  /** Number of calls of each method so far. */
  readonly calls: Map<string, number>
}

type NamedQueries = Pick<ReadModels, 'task' | 'tasks' | 'agent' | 'agentsById' | 'agents' | 'events' | 'streamEvents' | 'eventsAfter'>
type QueriesOf<Model extends { readonly queries: ReadQueries }> = BoundQueries<Model['queries']>

const none = (): void => {}

/** Doubles of a read model's queries, by the read model's name. */
export interface QueryDoubles {
  readonly [name: string]: object
}

/**
 * The port of the query side, folded in memory from a store's events: it answers what the tables would. It has the first
 * read models; a test of another one passes doubles of its queries, or uses Postgres.
 */
export function memoryReadModels(store: EventStore, others: QueryDoubles = {}): MemoryReadModels {
  const log: RecordedEvent[] = []
  const tasks = new Map<string, TaskView>()
  const agents = new Map<string, AgentView>()
  const listeners = new Set<(committed: null) => void>()
  const stopping = new AbortController()
  const calls = new Map<string, number>()
  let position: Position | null = null
  let released = Promise.resolve()
  let release = none

  const following = (async () => {
    for await (const batch of store.subscribe({ after: null, signal: stopping.signal })) {
      await released
      for (const recorded of batch.events) project(recorded)
      position = batch.position
      for (const listener of listeners) listener(null)
    }
  })()

  function project(recorded: RecordedEvent): void {
    log.push(recorded)
    if (taskAggregate.isEvent(recorded)) {
      const view = evolveTaskView(tasks.get(taskAggregate.idOf(recorded.stream) ?? '') ?? null, recorded)
      tasks.set(view.id, view)
    } else if (isAnyAgentEvent(recorded)) {
      for (const id of agentsOf(recorded.event)) agents.set(id, evolveAgentView(agents.get(id) ?? null, id, recorded))
    }
  }

  function count(method: string): void {
    calls.set(method, (calls.get(method) ?? 0) + 1)
  }

  const listing = (view: AgentView): AgentListing => ({ ...view, lastSeenAt: view.connectedAt })

  const select = async (selector: Selector, { app, most, among }: Selecting) => {
    const isWanted = (agent: AgentView) => selects(selector, selectableOf(agent)) && (among === null || mayList(among, selectableOf(agent)))
    const selected = [...agents.values()].filter((agent) => agent.state !== 'REMOVED' && isWanted(agent))
    return selected
      .slice(0, most)
      .map(({ id, state, facts }) => ({ id, isRevoked: state === 'REVOKED', hasApp: facts.apps.some(({ name }) => name === app) }))
  }

  const groups = () => Promise.reject(new Error('no double of groups of agents'))
  const bound = async (selectors: readonly Selector[], visible: Visible | null) => {
    const isBound = (agent: AgentView) => selectors.some((selector) => selects(selector, selectableOf(agent)))
    const isSeen = (agent: AgentView) => visible === null || mayList(visible, selectableOf(agent))
    const all = [...agents.values()].filter((agent) => agent.state !== 'REMOVED' && isBound(agent) && isSeen(agent))
    return { selected: all.length, revoked: all.flatMap(({ id, state }) => (state === 'REVOKED' ? [id] : [])) }
  }

  const named: NamedQueries = {
    task: async (id) => tasks.get(id) ?? null,
    tasks: async (filter, request) => {
      count('tasks')
      const { visible = null } = filter
      const isSeen = ({ app, agentId }: TaskView) => {
        const agent = agents.get(agentId)
        return visible === null || (agent !== undefined && maySeeApp(visible, app, selectableOf(agent)))
      }
      return page([...tasks.values()].filter((task) => matcher(filter)(task) && isSeen(task)).reverse(), (task) => task.id, request)
    },
    agent: async (idOrIp) => {
      const view = [...agents.values()].find((agent) => agent.id === idOrIp || aliasOf(agent) === idOrIp)
      return view ? listing(view) : null
    },
    agentsById: async (ids) => {
      count('agentsById')
      return new Map(ids.flatMap((id) => agents.get(id) ?? []).map((view) => [view.id, listing(view)]))
    },
    agents: async ({ states, visible }, request) => {
      const isListed = (agent: AgentView) => states?.includes(agent.state) ?? agent.state !== 'REMOVED'
      const isSeen = (agent: AgentView) => visible === undefined || mayList(visible, selectableOf(agent))
      return page([...agents.values()].filter((agent) => isListed(agent) && isSeen(agent)).map(listing), ({ id }) => id, request)
    },
    events: async ({ types, streams, correlationId, to, audited }, order, request) => {
      const isAudited = (event: DomainEvent) => {
        const { app, agentId } = subjectOf(event)
        const agent = agents.get(agentId ?? '')
        const isOf = ({ apps, selector }: Visible[number]) =>
          (apps === null || apps.includes(app ?? '')) &&
          (selector.terms.length === 0 || (agent !== undefined && selects(selector, selectableOf(agent))))
        return audited?.some(isOf) ?? true
      }
      const isWanted = ({ event, stream, context, recordedAt }: RecordedEvent) =>
        (to === undefined || recordedAt < to) &&
        (types?.includes(event.type) ?? true) &&
        (streams?.includes(stream) ?? true) &&
        isAudited(event) &&
        (correlationId === undefined || context.correlationId === correlationId)
      const found = log.filter(isWanted)
      return page(order === 'NEWEST_FIRST' ? found.reverse() : found, (event) => event.position, request)
    },
    streamEvents: async (stream, request) => {
      count('streamEvents')
      return page(
        log.filter((event) => event.stream === stream),
        ({ version }) => cursorOf('stream', version),
        request,
      )
    },
    eventsAfter: async (after, most) => {
      count('eventsAfter')
      const found = log.filter((event) => event.position > after).slice(0, most.events + 1)
      const { edges, hasNextPage } = page(found, ({ position }) => position, { first: most.events, after: null, maxBytes: most.bytes })
      return { entries: edges.map(({ node }) => node), hasMore: hasNextPage }
    },
  }
  // With nothing since, a list of the past is the list of now; a test of others uses Postgres.
  const moment = async (asOf: number) => {
    if (log.some(({ recordedAt }) => recordedAt > asOf)) throw new Error('no double of lists of the past')
    return null
  }
  const changed = () => Promise.reject(new Error('no double of changes between two instants'))
  const deadLetters = () => Promise.reject(new Error('no double of dead letters'))
  const rebuilds = () => Promise.reject(new Error('no double of rebuilds'))
  const doubles: QueryDoubles = {
    tasks: { byId: named.task, list: named.tasks } satisfies QueriesOf<typeof tasksReadModel>,
    agents: { byIdOrIp: named.agent, manyById: named.agentsById, list: named.agents, select, bound, groups } satisfies QueriesOf<
      typeof agentsReadModel
    >,
    'event-log': {
      list: named.events,
      ofStream: named.streamEvents,
      after: named.eventsAfter,
      moment,
      changed,
      deadLetters,
      rebuilds,
    } satisfies QueriesOf<typeof eventLogReadModel>,
    ...others,
  }

  return {
    calls,
    hold() {
      released = new Promise((resolve) => {
        release = resolve
      })
    },
    release: () => release(),
    of<Queries extends ReadQueries>({ name }: { readonly name: string }) {
      const found = doubles[name]
      if (!found) throw new Error(`no double of the read model ${name}: the test must bring one`)
      return found as BoundQueries<Queries>
    },
    ...named,
    position: async () => position ?? formatPosition(parsePosition(await store.head()).logId, 0),
    projectors: async () => {
      const reached = position ?? formatPosition(parsePosition(await store.head()).logId, 0)
      return readModelNames.map((name) => ({ name, position: reached, state: 'LIVE', error: null }))
    },
    counters: async () => new Map([['events', log.length]]),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    hurry: none,
    async close() {
      release()
      stopping.abort()
      await following
    },
  }
}

function matcher({ ids, agents, states }: TaskFilter): (task: TaskView) => boolean {
  return (task) => (ids?.includes(task.id) ?? true) && (agents?.includes(task.agentId) ?? true) && (states?.includes(task.state) ?? true)
}

function page<Item>(
  items: readonly Item[],
  cursorOf: (item: Item) => string,
  { first, after, maxBytes = largestPageBytes }: PageRequest,
): Page<Item> {
  const from = after === null ? 0 : items.findIndex((item) => cursorOf(item) === after) + 1
  if (after !== null && from === 0) throw new ElvesError('CURSOR_INVALID', 'the cursor is not of this list')
  const edges: { cursor: string; node: Item }[] = []
  let bytes = 0
  for (const node of items.slice(from, from + first)) {
    const itemBytes = JSON.stringify(node).length
    if (edges.length > 0 && bytes + itemBytes > maxBytes) break
    bytes += itemBytes
    edges.push({ cursor: cursorOf(node), node })
  }
  return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: from + edges.length < items.length, unreadable: [], bytes }
}
