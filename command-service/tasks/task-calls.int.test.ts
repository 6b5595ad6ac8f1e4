import { taskStream } from '@elves/core/domain/task/task.ts'
import { decodedEvents } from '@elves/core/eventing/encoded-event.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { eventStoreDbEventStore } from '@elves/core/eventing/eventstoredb/eventstoredb-event-store.ts'
import { loggerTo } from '@elves/core/foundation/log.ts'
import { type EventStoreDouble, eventStoreDouble } from '@elves/tests/support/event-store-double.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acknowledged, agentId, caller, center, ended, request, started, wholeRun } from '../tests/center.ts'

/** What a task costs on EventStoreDB, counted by a double of it, while a process has as many followers as a center. */
const followerCount = 5

let double: EventStoreDouble
let store: EventStore
let lines: { readonly level: string }[]
let followers: RecordedEvent[][]
let stopping: AbortController

beforeEach(async () => {
  double = await eventStoreDouble()
  lines = []
  const logger = loggerTo({ write: (line: string) => void lines.push(JSON.parse(line)) }, 'test', 'info')
  store = await eventStoreDbEventStore({ connectionString: double.url, logger })
  stopping = new AbortController()
  followers = Array.from({ length: followerCount }, () => [])
  for (const events of followers) void follow(events)
  await waitFor(() => double.node.counts.subscriptions > 0)
})
afterEach(async () => {
  stopping.abort()
  await store.close()
  double.stop()
})

async function follow(events: RecordedEvent[]): Promise<void> {
  for await (const batch of store.subscribe({ after: null, signal: stopping.signal })) events.push(...batch.events)
}

/** Runs tasks, some at once, and waits until each follower has all their events; returns the ids. */
async function run(count: number, reports: (taskId: string) => readonly ReturnType<typeof wholeRun>[]): Promise<string[]> {
  const { commands, reports: intake } = center(store)
  const ids: string[] = []
  let left = count
  const client = async () => {
    while (left-- > 0) {
      const { taskId } = await commands.runTask(caller, request())
      for (const frame of reports(taskId ?? '')) await intake.record(agentId, frame)
      ids.push(taskId ?? '')
    }
  }
  await Promise.all(Array.from({ length: 8 }, client))
  const end = await store.head()
  await waitFor(() => followers.every((events) => events.at(-1)?.position === end))
  return ids
}

const ours = () => double.log.records.filter(({ stream }) => stream.startsWith('elves.')).map(({ id }) => id)

it('a task is two appends and no read, and no event of this process is decoded', async () => {
  await run(10, (id) => [wholeRun(id)])
  const [before, decodedBefore, eventsBefore] = [double.node.counts, decodedEvents(), ours().length]
  await run(100, (id) => [wholeRun(id)])
  const after = double.node.counts
  expect(after.appends - before.appends).toBe(200)
  // The end of the log, once; and what a reader that hears nothing for a while reads on a slow machine.
  expect(after.reads - before.reads).toBeLessThanOrEqual(20)
  expect(decodedEvents() - decodedBefore).toBe(0)
  expect(ours().length - eventsBefore).toBe(500)
})

it('a hundred drops of the subscription a second lose, double and reorder nothing, and nobody hears of them', async () => {
  const dropping = setInterval(() => double.node.dropSubscriptions(), 10)
  const ids = await run(100, (id) => [[acknowledged(id)], [started(id)], [ended(id)]])
  clearInterval(dropping)
  expect(double.node.counts.drops).toBeGreaterThan(0)
  for (const events of followers) expect(events.map(({ id }) => id)).toEqual(ours())
  const life = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded']
  for (const id of ids) expect((await store.readStream(taskStream(id))).map(({ event }) => event.type)).toEqual(life)
  expect(lines).toEqual([])
})
