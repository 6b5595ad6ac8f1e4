import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { type AgentView, agentsOf, aliasOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { evolveQueueView, type QueueView } from '@elves/core/read-models/queues/queue-view.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { evolveScheduleView, type ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { allEvents, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agentAsOf } from '../agents/past-agent.ts'
import { countsAsOf, queueAsOf } from '../queues/past-queue.ts'
import { scheduleAsOf } from '../schedules/past-schedule.ts'
import { taskAsOf } from '../tasks/past-task.ts'

/** What was at an instant is what the events up to then come to, whatever came after. */
const schema = 'elves_read'
let database: ReadModelDatabase
let readModels: ReadModels
let events: readonly RecordedEvent[]
/** Before, between and after the events. */
let instants: readonly number[]

beforeAll(async () => {
  database = await readModelDatabase()
  await appendInOrder(database.store, sampleHistory({ seed: 12, tasks: 10, agents: 4, plans: 5 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, schema, [events])
  readModels = await postgresReadModels({ connectionString: database.url, schema, logger: silentLogger })
  const [first = 0, last = 0] = [events[0]?.recordedAt, events.at(-1)?.recordedAt]
  instants = [first - 1, ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => first + Math.floor((last - first) * share)), last + 1]
})

afterAll(async () => {
  await readModels.close()
  await database.close()
})

const upTo = (asOf: number) => events.filter(({ recordedAt }) => recordedAt <= asOf)
const idsOf = (aggregate: { idOf(stream: string): string | null }) => [...new Set(events.flatMap(({ stream }) => aggregate.idOf(stream) ?? []))]

test('queues, with the counts of their tasks', async () => {
  let counted = 0
  for (const asOf of instants) {
    const seen = upTo(asOf)
    for (const id of idsOf(queueAggregate)) {
      const own = seen.filter((event) => queueAggregate.isEvent(event)).filter(({ stream }) => queueAggregate.idOf(stream) === id)
      expect(await queueAsOf(readModels, id, asOf)).toEqual(own.reduce<QueueView | null>(evolveQueueView, null))
      const members = own.flatMap(({ event }) => (event.type === 'QueueTasksAdded' ? event.data.tasks.map(({ taskId }) => taskId) : []))
      const states = members.map((taskId) => {
        const ofTask = seen.filter((event) => taskAggregate.isEvent(event)).filter(({ stream }) => taskAggregate.idOf(stream) === taskId)
        return foldTaskView(ofTask)?.state
      })
      const counts = await countsAsOf(readModels, id, asOf)
      expect(counts.flatMap(({ state, count }) => Array.from({ length: count }, () => state)).sort()).toEqual(states.sort())
      counted += states.length
    }
  }
  expect(counted).toBeGreaterThan(0)
})

test('schedules', async () => {
  for (const asOf of instants) {
    for (const id of idsOf(scheduleAggregate)) {
      const own = upTo(asOf)
        .filter((event) => scheduleAggregate.isEvent(event))
        .filter(({ stream }) => scheduleAggregate.idOf(stream) === id)
      expect(await scheduleAsOf(readModels, id, asOf)).toEqual(own.reduce<ScheduleView | null>(evolveScheduleView, null))
    }
  }
})

test('tasks', async () => {
  for (const asOf of instants) {
    for (const id of idsOf(taskAggregate)) {
      const own = upTo(asOf)
        .filter((event) => taskAggregate.isEvent(event))
        .filter(({ stream }) => taskAggregate.idOf(stream) === id)
      expect(await taskAsOf(readModels, id, asOf)).toEqual(own.length === 0 ? null : foldTaskView(own))
    }
  }
})

test('agents, by id and by the ip that they had then', async () => {
  for (const asOf of instants) {
    const views = new Map<string, AgentView>()
    for (const event of upTo(asOf).filter(isAnyAgentEvent)) {
      for (const id of agentsOf(event.event)) views.set(id, evolveAgentView(views.get(id) ?? null, id, event))
    }
    const ids = events.filter(isAnyAgentEvent).flatMap(({ event }) => agentsOf(event))
    for (const id of new Set(ids)) expect(await agentAsOf(readModels, id, asOf)).toEqual(views.get(id) ?? null)
    const ips = new Set(events.flatMap(({ event }) => (event.type === 'AgentIpClaimed' ? [event.data.ip] : [])))
    for (const ip of ips) {
      const owner = [...views.values()].find((view) => aliasOf(view) === ip) ?? null
      expect(await agentAsOf(readModels, ip, asOf)).toEqual(owner)
    }
  }
})
