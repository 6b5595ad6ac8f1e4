import { selects } from '@elves/core/domain/selectors/selector.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import type { Page } from '@elves/core/read-models/paging/page.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import type { BoundQueries, ReadQueries } from '@elves/core/read-models/read-model.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { mayKnowApp, mayList, type Visible } from '@elves/core/read-models/visible.ts'

/**
 * The read models as somebody sees them who may see only some tasks and agents: what he may not see is not there, whatever field asks for it.
 * Others than those below are as they are: a test says of each of their queries why nobody gets to it who may not.
 */
export function visibleReadModels(readModels: ReadModels, visibleNow: () => Visible | null): ReadModels {
  async function shownAgent(agent: AgentListing | null): Promise<AgentListing | null> {
    const visible = visibleNow()
    return agent && (visible === null || mayList(visible, selectableOf(agent))) ? agent : null
  }

  const named = {
    async task(id) {
      const task = await readModels.task(id)
      return task && (await isVisibleTask(readModels, visibleNow(), task)) ? task : null
    },
    tasks: (filter, ...rest) => readModels.tasks({ ...filter, ...only(visibleNow()) }, ...rest),
    agent: async (idOrIp) => shownAgent(await readModels.agent(idOrIp)),
    agents: (filter, ...rest) => readModels.agents({ ...filter, ...only(visibleNow()) }, ...rest),
    async agentsById(ids, maxBytes) {
      const found = await readModels.agentsById(ids, maxBytes)
      const visible = visibleNow()
      if (visible === null) return found
      return new Map([...found].filter(([, agent]) => agent instanceof Error || mayList(visible, selectableOf(agent))))
    },
  } satisfies Partial<ReadModels>

  // By their types, so that a query that is added to them does not compile before it is filtered here, too.
  const filtered: Readonly<Record<string, object>> = {
    tasks: {
      byId: named.task,
      // Lists of the past are read by it.
      list: (filter, ...rest) => readModels.of(tasksReadModel).list({ ...filter, ...only(visibleNow()) }, ...rest),
    } satisfies BoundQueries<typeof tasksReadModel.queries>,
    agents: {
      byIdOrIp: named.agent,
      manyById: named.agentsById,
      list: (filter, ...rest) => readModels.of(agentsReadModel).list({ ...filter, ...only(visibleNow()) }, ...rest),
      // It names the agents on which somebody may run something, which he need not see.
      select: (...asked) => readModels.of(agentsReadModel).select(...asked),
      bound: (selectors) => readModels.of(agentsReadModel).bound(selectors, visibleNow()),
      groups: (grouping) => readModels.of(agentsReadModel).groups({ ...grouping, ...only(visibleNow()) }),
    } satisfies BoundQueries<typeof agentsReadModel.queries>,
  }

  const queues = () => readModels.of(queuesReadModel)
  const schedules = () => readModels.of(schedulesReadModel)
  const apps = () => readModels.of(appsReadModel)
  const appAgents = () => readModels.of(appAgentsReadModel)
  /** One that the list does not have is not there. */
  async function one<Node>(page: Promise<Page<Node>>): Promise<Node | null> {
    return (await page).edges[0]?.node ?? null
  }
  async function ofShownApp<Found>(app: string, found: () => Promise<Found>, none: Found): Promise<Found> {
    return mayKnowApp(visibleNow(), app) ? found() : none
  }
  const first = { first: 1, after: null }
  Object.assign(filtered, {
    queues: {
      byId: (id) => (visibleNow() === null ? queues().byId(id) : one(queues().list({ ids: [id], ...only(visibleNow()) }, first))),
      list: (filter, ...rest) => queues().list({ ...filter, ...only(visibleNow()) }, ...rest),
      taskCounts: (ids) => queues().taskCounts(ids, visibleNow()),
    } satisfies BoundQueries<typeof queuesReadModel.queries>,
    schedules: {
      byId: (id) => (visibleNow() === null ? schedules().byId(id) : one(schedules().list({ ids: [id], ...only(visibleNow()) }, first))),
      list: (filter, ...rest) => schedules().list({ ...filter, ...only(visibleNow()) }, ...rest),
      // Of a schedule that was shown.
      fires: (...asked) => schedules().fires(...asked),
      lastEndedTask: (...asked) => schedules().lastEndedTask(...asked),
    } satisfies BoundQueries<typeof schedulesReadModel.queries>,
    apps: {
      byName: (name) => ofShownApp(name, () => apps().byName(name), null),
      list: (filter, ...rest) => apps().list({ ...filter, ...only(visibleNow()) }, ...rest),
      version: (app, version) => ofShownApp(app, () => apps().version(app, version), null),
      // Of an app that was shown.
      versions: (...asked) => apps().versions(...asked),
      rollout: (id) => ofShownApp(id.split(':')[0] ?? '', () => apps().rollout(id), null),
      rollouts: (filter, ...rest) => apps().rollouts({ ...filter, ...only(visibleNow()) }, ...rest),
    } satisfies BoundQueries<typeof appsReadModel.queries>,
    'app-agents': {
      ofApp: (app, filter, ...rest) => appAgents().ofApp(app, { ...filter, ...only(visibleNow()) }, ...rest),
      // Who reads them leaves out what may not be seen.
      ofAgent: (agentId) => appAgents().ofAgent(agentId),
      countsOfRollout: (rolloutId) => appAgents().countsOfRollout(rolloutId),
    } satisfies BoundQueries<typeof appAgentsReadModel.queries>,
  })

  return {
    ...bound(readModels),
    ...named,
    of: <Queries extends ReadQueries>(model: { readonly name: string; readonly queries: Queries }) =>
      (filtered[model.name] as BoundQueries<Queries> | undefined) ?? readModels.of(model),
  }
}

/** Says whether somebody may see a task: its app and its agent must be in one part of what he sees. */
export async function isVisibleTask(
  readModels: ReadModels,
  visible: Visible | null,
  { app, agentId }: Pick<TaskView, 'app' | 'agentId'>,
): Promise<boolean> {
  if (visible === null) return true
  const ofApp = visible.filter(({ apps }) => apps === null || apps.includes(app))
  if (ofApp.some(({ selector }) => selector.terms.length === 0)) return true
  if (ofApp.length === 0) return false
  const agent = await readModels.agent(agentId)
  return agent !== null && ofApp.some(({ selector }) => selects(selector, selectableOf(agent)))
}

function only(visible: Visible | null): { readonly visible?: Visible } {
  return visible === null ? {} : { visible }
}

function bound(readModels: ReadModels): ReadModels {
  return {
    of: (model) => readModels.of(model),
    task: (id) => readModels.task(id),
    tasks: (...asked) => readModels.tasks(...asked),
    agent: (idOrIp) => readModels.agent(idOrIp),
    agentsById: (ids, maxBytes) => readModels.agentsById(ids, maxBytes),
    agents: (...asked) => readModels.agents(...asked),
    events: (filter, order, page) => readModels.events(filter, order, page),
    streamEvents: (stream, page) => readModels.streamEvents(stream, page),
    eventsAfter: (position, most) => readModels.eventsAfter(position, most),
    position: () => readModels.position(),
    projectors: () => readModels.projectors(),
    counters: () => readModels.counters(),
    onCommit: (listener) => readModels.onCommit(listener),
    hurry: (position) => readModels.hurry(position),
    close: () => readModels.close(),
  }
}
