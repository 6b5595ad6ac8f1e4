import { taskStates } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition, parsePosition } from '@elves/core/eventing/position.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { agentStates } from '@elves/core/read-models/agents/agent-view.ts'
import { agentsReadModel } from '@elves/core/read-models/agents/index.ts'
import { appAgentsReadModel } from '@elves/core/read-models/app-agents/index.ts'
import { appStates } from '@elves/core/read-models/apps/app-view.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import { rolloutStates } from '@elves/core/read-models/apps/rollout-view.ts'
import { eventLogReadModel } from '@elves/core/read-models/event-log/index.ts'
import { joinTokensReadModel } from '@elves/core/read-models/join-tokens/index.ts'
import type { Page, PageRequest } from '@elves/core/read-models/paging/page.ts'
import type { PastMoment } from '@elves/core/read-models/paging/past.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { queuesReadModel } from '@elves/core/read-models/queues/index.ts'
import { queueStates } from '@elves/core/read-models/queues/queue-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import { scheduleStates } from '@elves/core/read-models/schedules/schedule-view.ts'
import { tasksReadModel } from '@elves/core/read-models/tasks/index.ts'
import { webhooksReadModel } from '@elves/core/read-models/webhooks/index.ts'
import { webhookStates } from '@elves/core/read-models/webhooks/webhook-view.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pastAgents } from '../agents/past-agent.ts'
import { appsOfAgentAsOf, pastAgentsOfApp, pastApps, pastAppVersions, pastRollouts } from '../apps/past-app.ts'
import { pastJoinTokens } from '../join-tokens/past-join-token.ts'
import { pastQueues } from '../queues/past-queue.ts'
import { type PastList, pastPage } from '../read-side/past-page.ts'
import { pastSchedules } from '../schedules/past-schedule.ts'
import { pastTasks } from '../tasks/past-task.ts'
import { pastWebhooks } from '../webhooks/past-webhook.ts'

/** A list of the past is the list that the read models had then. */
const seed = 5
let database: ReadModelDatabase
let history: readonly RecordedEvent[]

/** The same log in both ways in which read models find its events. */
const stores = [
  { of: 'whose store is here', schema: 'here', told: (event: RecordedEvent) => event },
  // Its clock goes back by up to 30 ms from one stream to the next, never within a stream.
  { of: 'of a store elsewhere whose clock goes back', schema: 'elsewhere', told: elsewhere },
] as const

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed, tasks: 24, agents: 5, plans: 4 }))
  history = await allEvents(database.store)
})

afterAll(() => database.close())

describe.for(stores)('a log $of', ({ schema, told }) => {
  let readModels: ReadModels
  let thens: readonly { readonly asOf: number; readonly readModels: ReadModels }[]

  beforeAll(async () => {
    const events = history.map(told)
    const open = async (name: string, seen: readonly RecordedEvent[]) => {
      await projectInto(database.pool, name, [seen])
      return postgresReadModels({ connectionString: database.url, schema: name, logger: silentLogger })
    }
    readModels = await open(schema, events)
    const instants = [...new Set(events.map(({ recordedAt }) => recordedAt))].sort((one, other) => one - other)
    const asOfs = [0.1, 0.4, 0.8].map((share) => instants[Math.floor(share * (instants.length - 1))] ?? 0)
    const upTo = (asOf: number) => events.filter(({ recordedAt }) => recordedAt <= asOf)
    thens = await Promise.all(
      [...new Set(asOfs)].map(async (asOf, index) => ({ asOf, readModels: await open(`${schema}_then_${index}`, upTo(asOf)) })),
    )
  })

  afterAll(async () => {
    await Promise.all([readModels, ...thens.map((then) => then.readModels)].map((each) => each.close()))
  })

  /** Reads a list as it was, in pages of a size, and the whole list of the read models of then. */
  async function same<View extends { readonly id: string }>(
    { index, first }: { readonly index: number; readonly first: number },
    past: (moment: PastMoment) => PastList<View> | Promise<PastList<View>>,
    live: (then: ReadModels) => (page: PageRequest) => Promise<Page<View>>,
  ): Promise<void> {
    const then = thens[index % thens.length]
    const moment = then && (await readModels.of(eventLogReadModel).moment(then.asOf))
    if (!then || !moment) throw new Error('nothing happened after this instant')
    const list = await past(moment)
    const found = await all((page) => pastPage(list, page), first)
    expect(withoutLiveness(found)).toEqual(withoutLiveness(await all(live(then.readModels), 500)))
  }

  const asked = { index: fc.nat(), first: fc.integer({ min: 1, max: 7 }) }
  const runs = { numRuns: 12 }
  const some = <Value>(values: readonly Value[]) => fc.option(fc.subarray([...new Set(values)]), { nil: undefined })
  const present = <Filter extends object>(filter: Filter) =>
    Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as { [Name in keyof Filter]?: NonNullable<Filter[Name]> }
  const agentIds = () => history.flatMap(({ event }) => (event.type === 'AgentRegistered' ? [event.data.agentId, event.data.ip] : []))
  const idsOf = (prefix: string) => history.flatMap(({ stream }) => (stream.startsWith(prefix) ? [stream.slice(prefix.length)] : []))

  test('tasks', async () => {
    const filter = fc.record({
      states: some(taskStates),
      agents: some(agentIds()),
      ids: fc.option(fc.subarray(idsOf('task-')), { nil: undefined, freq: 2 }),
      kinds: some(['INSTANT', 'QUEUE']),
      queues: fc.option(fc.subarray(idsOf('queue-')), { nil: undefined, freq: 2 }),
    })
    const agree = fc.asyncProperty(fc.record(asked), filter, async (how, wanted) => {
      const given = present(wanted)
      await same(
        how,
        (moment) => pastTasks(readModels, given, moment),
        (then) => (page) => then.of(tasksReadModel).list(given, page),
      )
    })
    await fc.assert(agree, runs)
  })

  test('agents', async () => {
    const selector = fc.option(fc.constantFrom('', 'env=ü', '!rack', 'version in (2)', 'app=apptest', 'version!=1'), { nil: undefined })
    const filter = fc.record({ states: some(agentStates), ids: some(agentIds()), ips: some(agentIds()), apps: some(['apptest']), selector })
    const agree = fc.asyncProperty(fc.record(asked), filter, async (how, wanted) => {
      const given = present(wanted)
      await same(
        how,
        (moment) => pastAgents(readModels, given, moment),
        (then) => (page) => then.of(agentsReadModel).list(given, page),
      )
    })
    await fc.assert(agree, runs)
  })

  test('queues, schedules, webhooks and join tokens', async () => {
    const filter = fc.record({
      queue: some(queueStates),
      schedule: some(scheduleStates),
      agents: some(agentIds()),
      webhook: some(webhookStates),
      token: some(['USABLE', 'REVOKED'] as const),
    })
    const agree = fc.asyncProperty(fc.record(asked), filter, async (how, { queue, schedule, agents, webhook, token }) => {
      const [ofQueues, ofSchedules] = [present({ states: queue }), present({ states: schedule, agents })]
      const [ofWebhooks, ofTokens] = [present({ states: webhook }), present({ states: token })]
      await same(
        how,
        (moment) => pastQueues(readModels, ofQueues, moment),
        (then) => (page) => then.of(queuesReadModel).list(ofQueues, page),
      )
      await same(
        how,
        (moment) => pastSchedules(readModels, ofSchedules, moment),
        (then) => (page) => then.of(schedulesReadModel).list(ofSchedules, page),
      )
      await same(
        how,
        (moment) => pastWebhooks(readModels, ofWebhooks, moment),
        (then) => (page) => then.of(webhooksReadModel).list(ofWebhooks, page),
      )
      await same(
        how,
        (moment) => pastJoinTokens(readModels, ofTokens, moment),
        (then) => (page) => then.of(joinTokensReadModel).list(ofTokens, page),
      )
    })
    await fc.assert(agree, runs)
  })

  test('apps, their versions, rollouts and agents', async () => {
    const filter = fc.record({ states: some(appStates), rollout: some(rolloutStates) })
    const agree = fc.asyncProperty(fc.record(asked), filter, async (how, { states, rollout }) => {
      const [ofApps, ofRollouts] = [present({ states }), present({ states: rollout })]
      await same(
        how,
        (moment) => pastApps(readModels, ofApps, moment),
        (then) => (page) => then.of(appsReadModel).list(ofApps, page),
      )
      await same(
        how,
        (moment) => pastRollouts(readModels, ofRollouts, moment),
        (then) => (page) => then.of(appsReadModel).rollouts(ofRollouts, page),
      )
      const apps = new Set(history.flatMap(({ event }) => (event.type === 'AppCreated' ? [event.data.app] : [])))
      expect(apps.size).toBeGreaterThan(0)
      for (const app of apps) {
        await same(
          how,
          (moment) => pastAppVersions(readModels, app, moment),
          (then) => (page) => then.of(appsReadModel).versions(app, page),
        )
        await same(
          how,
          (moment) => pastAgentsOfApp(readModels, app, {}, moment),
          (then) => (page) => then.of(appAgentsReadModel).ofApp(app, {}, page),
        )
      }
      const then = thens[how.index % thens.length]
      const ids = new Set(history.flatMap(({ event }) => (event.type === 'AgentAppWanted' ? [event.data.agentId] : [])))
      expect(ids.size).toBeGreaterThan(0)
      for (const id of ids) {
        expect(await appsOfAgentAsOf(readModels, id, then?.asOf ?? 0)).toEqual(await then?.readModels.of(appAgentsReadModel).ofAgent(id))
      }
    })
    await fc.assert(agree, { numRuns: 6 })
  })
})

test('of an instant after all events there is no moment: the list is that of now', async () => {
  const last = history.at(-1)?.recordedAt ?? 0
  const readModels = await postgresReadModels({ connectionString: database.url, schema: 'here', logger: silentLogger })
  const { moment } = readModels.of(eventLogReadModel)
  const none = await moment(last)
  const before = await moment(last - 1)
  await readModels.close()
  expect(none).toBe(null)
  expect(before).toMatchObject({ asOf: last - 1, sureEnd: before?.end })
})

async function all<View>(read: (page: PageRequest) => Promise<Page<View>>, first: number): Promise<readonly View[]> {
  const found: View[] = []
  for (let after: string | null = null; ; ) {
    const page = await read({ first, after })
    expect(page.edges.length).toBeLessThanOrEqual(first)
    found.push(...page.edges.map(({ node }) => node))
    if (!page.hasNextPage) return found
    after = page.endCursor
  }
}

/** Whether an agent was heard is in no event. */
function withoutLiveness(views: readonly object[]): readonly object[] {
  return views.map((view) => ({ ...view, lastSeenAt: null }))
}

function elsewhere(event: RecordedEvent): RecordedEvent {
  const behind = [...event.stream].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 30
  return { ...event, position: formatPosition('feedbeef', parsePosition(event.position).sequence), recordedAt: event.recordedAt - behind }
}
