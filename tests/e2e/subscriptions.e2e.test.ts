import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { headersOf, subscriberOf } from '../support/doors.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { allEvents, type EventShown } from './all-events.ts'
import { CutSubscriber } from './cut-subscriber.ts'

/** Subscribers of the real platform: one that is cut resumes without gap or repeat; one that does not read delays no other. */

const fewestCuts = 10
let platform: TestPlatform
let agents: Swarm

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  agents = swarm({ url: platform.ready().gatewayUrl, agents: 5, delayMs: 5 })
  await agents.ready
})

afterAll(async () => {
  await agents?.stop()
  await platform?.dispose()
})

interface Item {
  readonly position: string
  readonly task?: { readonly id: string; readonly state: string; readonly position: string }
}

const taskChanged = 'subscription ($after: Position) { item: taskChanged(after: $after) { position task { id state position } } }'
const eventAppended = 'subscription ($after: Position) { item: eventAppended(after: $after) { position } }'
const states: Readonly<Record<string, string>> = {
  TaskRequested: 'REQUESTED',
  TaskDispatched: 'DISPATCHED',
  TaskAcknowledged: 'ACKNOWLEDGED',
  TaskStarted: 'RUNNING',
  TaskSucceeded: 'SUCCEEDED',
}

/** Requests one task on each agent and does not wait for it; `text` makes its events as large as needed. */
async function runOnAll(text = ''): Promise<void> {
  const inputs = agents.agentIds.map((agent) => ({ agent, app: 'any', func: 'any', param: { text }, wait: false }))
  const mutation = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }'
  const { runTasks } = await platform.graphql<{ runTasks: { task: object | null }[] }>(mutation, { inputs })
  expect(runTasks.map(({ task }) => task)).not.toContain(null)
}

async function head(): Promise<string> {
  return (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform.headPosition
}

/** Returns the log after a position, when all tasks and queues have ended; nothing more comes of itself then. */
async function settledLog(after = ''): Promise<readonly EventShown[]> {
  const events = await waitFor(
    async () => {
      const all = await allEvents(platform, { notBefore: await head(), hasData: false })
      const count = (type: string) => all.filter((event) => event.type === type).length
      return count('TaskRequested') === count('TaskSucceeded') && count('QueueCommitted') === count('QueueEnded') && all
    },
    { timeoutMs: 60_000, everyMs: 100, what: 'the end of every task' },
  )
  return events.filter(({ position }) => position > after)
}

/** Returns the end of the log, once what an earlier test began has ended: its last events are not those of the next one. */
async function settledHead(): Promise<string> {
  return (await settledLog()).at(-1)?.position ?? ''
}

function cutSubscriber<Seen extends { readonly position: string }>(query: string, from: string, mostItems = 60): CutSubscriber<Seen> {
  return new CutSubscriber({ ...subscriberOf(platform.ready()), query, from, mostItems })
}

test('a client that is cut at random moments and resumes sees each change once, in order', async () => {
  const from = await settledHead()
  const events = cutSubscriber<Item>(eventAppended, from)
  const changes = cutSubscriber<Item>(taskChanged, from)
  let requested = 0
  try {
    await waitFor(
      async () => {
        // Runs tasks as fast as the subscribers follow, so that cuts come both while they catch up and in live events.
        if (Math.min(events.items.length, changes.items.length) >= requested - 50) {
          requested += agents.agentIds.length * Object.keys(states).length
          await runOnAll()
        }
        return [events, changes].every(({ cuts, errors }) => cuts >= fewestCuts || errors.length > 0)
      },
      { timeoutMs: 90_000, what: `${fewestCuts} cuts of each` },
    )
    for (const subscriber of [events, changes]) subscriber.leaveAlone()
    const log = await settledLog(from)
    const last = log.at(-1)?.position
    await waitFor(() => [events, changes].every(({ items }) => items.at(-1)?.position === last), { timeoutMs: 60_000, what: 'the last event' })
    expect([...events.errors, ...changes.errors]).toEqual([])
    expect(events.items).toEqual(log.map(({ position }) => ({ position })))
    expect(changes.items).toEqual(
      log
        .filter(({ stream }) => stream.startsWith('task-'))
        .map(({ position, stream, type }) => ({ position, task: { id: stream.slice('task-'.length), state: states[type], position } })),
    )
  } finally {
    await Promise.all([events.stop(), changes.stop()])
  }
  expect(Math.min(events.cuts, changes.cuts)).toBeGreaterThanOrEqual(fewestCuts)
})

interface QueueItem {
  readonly position: string
  readonly queue: { readonly id: string; readonly state: string }
}

interface ScheduleItem {
  readonly position: string
  readonly schedule: { readonly id: string; readonly state: string }
}

const openQueues = `subscription ($after: Position) {
  item: queueChanged(filter: { apps: ["seen"], states: [OPEN] }, after: $after) { position queue { id state } } }`
const pausedSchedules = `subscription ($after: Position) {
  item: scheduleChanged(filter: { apps: ["seen"], states: [PAUSED] }, after: $after) { position schedule { id state } } }`

/** What the filter of the subscriptions matches: an event that leads to such a state or away from it. */
const shownQueue: Readonly<Record<string, string>> = { QueueCreated: 'OPEN', QueueTasksAdded: 'OPEN', QueueCommitted: 'RUNNING' }
const shownSchedule: Readonly<Record<string, string>> = { SchedulePaused: 'PAUSED', ScheduleResumed: 'RUNNING', ScheduleDeleted: 'DELETED' }

async function change(mutation: string, type: string, input: object, answer: string): Promise<string> {
  const text = `mutation ($input: ${type}!) { changed: ${mutation}(input: $input) { ${answer} { id } refusal { code message } } }`
  const { changed } = await platform.graphql<{ changed: Record<string, { id: string } | null> }>(text, { input })
  expect(changed['refusal']).toBeNull()
  return changed[answer]?.id ?? ''
}

/** Takes a queue and a schedule through a life, for an app that the subscribers follow or another. */
async function liveOnce(app: string): Promise<void> {
  const [agent] = agents.agentIds
  const queue = await change('createQueue', 'CreateQueueInput', { app, tasks: [{ agent, func: 'any' }] }, 'queue')
  await change('commitQueue', 'CommitQueueInput', { queue }, 'queue')
  const rule = { rule: '0 0 0 1 1 ? 2099', timeZone: 'UTC' }
  const schedule = await change('createSchedule', 'CreateScheduleInput', { ...rule, agent, app, func: 'any' }, 'schedule')
  for (const mutation of ['pauseSchedule', 'resumeSchedule', 'pauseSchedule', 'deleteSchedule'])
    await change(mutation, 'ScheduleInput', { schedule }, 'schedule')
}

test('changes of queues and schedules that match a filter, before or after, come once and in order to a client that is cut and resumes', async () => {
  const from = await settledHead()
  const queues = cutSubscriber<QueueItem>(openQueues, from, 6)
  const schedules = cutSubscriber<ScheduleItem>(pausedSchedules, from, 6)
  let lives = 0
  try {
    await waitFor(
      async () => {
        // Three changes of a queue and four of a schedule match in each life.
        if (Math.min(queues.items.length / 3, schedules.items.length / 4) >= lives - 2) {
          lives++
          await Promise.all([liveOnce('seen'), liveOnce('other')])
        }
        return [queues, schedules].every(({ cuts, errors }) => cuts >= fewestCuts || errors.length > 0)
      },
      { timeoutMs: 90_000, what: `${fewestCuts} cuts of each` },
    )
    for (const subscriber of [queues, schedules]) subscriber.leaveAlone()
    const log = (await allEvents(platform, { notBefore: await head() })).filter(({ position }) => position > from)
    const isSeen = ({ data, type }: EventShown) => ['QueueCreated', 'ScheduleCreated'].includes(type) && (data as { app: string }).app === 'seen'
    const seen = new Set(log.filter(isSeen).map(({ stream }) => stream))
    const expected = (prefix: string, states: Readonly<Record<string, string>>) =>
      log.flatMap(({ stream, type, position }) => {
        return seen.has(stream) && stream.startsWith(prefix) && states[type]
          ? [{ position, id: stream.slice(prefix.length), state: states[type] }]
          : []
      })
    const [ofQueues, ofSchedules] = [expected('queue-', shownQueue), expected('schedule-', shownSchedule)]
    await waitFor(() => queues.items.length >= ofQueues.length && schedules.items.length >= ofSchedules.length, { what: 'the last changes' })
    expect([...queues.errors, ...schedules.errors]).toEqual([])
    expect(queues.items.map(({ position, queue }) => ({ position, ...queue }))).toEqual(ofQueues)
    expect(schedules.items.map(({ position, schedule }) => ({ position, ...schedule }))).toEqual(ofSchedules)
  } finally {
    await Promise.all([queues.stop(), schedules.stop()])
  }
})

test('a subscriber that never reads delays nobody, and misses nothing of what it reads later', async () => {
  const from = await settledHead()
  const stalled = await rawSubscriber('subscription ($after: Position) { item: eventAppended(after: $after) { position data } }', from)
  const quick = await rawSubscriber(eventAppended, from)
  try {
    await runOnAll()
    await waitFor(() => stalled.positions.length > 0 && quick.positions.length > 0, { what: 'both at work' })
    stalled.socket.pause()
    const before = stalled.positions.length
    // Far more than the network's buffers between two processes hold.
    for (let round = 0; round < 100; round++) await runOnAll('n'.repeat(60_000))
    const log = (await settledLog(from)).map(({ position }) => position)
    await waitFor(() => quick.positions.length >= log.length, { timeoutMs: 60_000, what: 'the last event' })
    expect(quick.positions).toEqual(log)
    expect(stalled.positions.length).toBe(before)
    // When it reads again, it gets everything if it still has its place, else what came before it was cut off (on a slow machine); no gap.
    stalled.socket.resume()
    await waitFor(() => stalled.positions.length >= log.length || stalled.isEnded(), { timeoutMs: 60_000, what: 'the rest of the stalled' })
    expect(stalled.positions).toEqual(log.slice(0, stalled.positions.length))
    const resumed = await rawSubscriber(eventAppended, stalled.positions.at(-1) ?? from)
    const rest = log.slice(stalled.positions.length)
    await waitFor(() => resumed.positions.length >= rest.length, { timeoutMs: 60_000, what: 'the rest of the log' })
    resumed.socket.terminate()
    expect(resumed.positions).toEqual(rest)
  } finally {
    stalled.socket.terminate()
    quick.socket.terminate()
  }
})

/** A subscriber that uses only the protocol's messages, and whose socket can be left unread. */
async function rawSubscriber(query: string, after: string) {
  const socket = new WebSocket(platform.ready().subscriptionsUrl, 'graphql-transport-ws', {
    headers: { authorization: headersOf(platform.ready()).authorization },
  })
  const positions: string[] = []
  let isAcknowledged = false
  let isEnded = false
  socket.on('message', (text) => {
    const { type, payload } = JSON.parse(String(text)) as { type: string; payload?: { data?: { item: Item } } }
    if (type === 'connection_ack') isAcknowledged = true
    if (type === 'next' && payload?.data) positions.push(payload.data.item.position)
    if (type === 'error' || type === 'complete') isEnded = true
  })
  socket.on('close', () => {
    isEnded = true
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await waitFor(() => isAcknowledged, { what: 'the acknowledgement' })
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables: { after } } }))
  return { socket, positions, isEnded: () => isEnded }
}
