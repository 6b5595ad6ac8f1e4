import { randomInt } from 'node:crypto'
import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { allEvents, type EventShown } from './all-events.ts'

/** Subscribers of the real platform: one that is cut resumes without gap or repeat; one that does not read delays no other. */

const fewestCuts = 10
let platform: TestPlatform
let agents: Swarm

beforeAll(async () => {
  platform = await startPlatform()
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

/** Returns the log after a position, when all tasks in it have ended. */
async function settledLog(after: string): Promise<readonly EventShown[]> {
  return waitFor(
    async () => {
      const events = (await allEvents(platform, { notBefore: await head() })).filter(({ position }) => position > after)
      const count = (type: string) => events.filter((event) => event.type === type).length
      return count('TaskRequested') === count('TaskSucceeded') && events
    },
    { timeoutMs: 60_000, everyMs: 100, what: 'the end of every task' },
  )
}

/**
 * Follows from a position, through one connection after the other. Each is cut off after a few items, as by a network, and
 * what had not arrived by then counts as lost.
 */
class CutSubscriber {
  readonly items: Item[] = []
  readonly errors: unknown[] = []
  cuts = 0
  #isOver = false
  #isLeftAlone = false
  #cutNow: () => void = () => {}
  readonly #query: string
  readonly #from: string
  readonly #following: Promise<void>

  constructor(query: string, from: string) {
    this.#query = query
    this.#from = from
    this.#following = this.#follow()
  }

  /** Keeps the present connection from being cut. */
  leaveAlone(): void {
    this.#isLeftAlone = true
  }

  stop(): Promise<void> {
    this.#isOver = true
    this.#cutNow()
    return this.#following
  }

  async #follow(): Promise<void> {
    while (!this.#isOver) {
      await this.#oneConnection(randomInt(1, 60))
      this.cuts++
    }
  }

  #oneConnection(count: number): Promise<void> {
    const after = this.items.at(-1)?.position ?? this.#from
    const { promise, resolve } = Promise.withResolvers<void>()
    const client = createClient({ url: platform.ready().subscriptionsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    let left = count
    let isCut = false
    this.#cutNow = () => {
      if (isCut) return
      isCut = true
      socket?.terminate()
      resolve()
    }
    let socket: WebSocket | undefined
    client.on('opened', (opened) => {
      socket = opened as WebSocket
      if (isCut) socket.terminate()
    })
    client.subscribe<{ item: Item }>(
      { query: this.#query, variables: { after } },
      {
        next: ({ data, errors }) => {
          if (isCut) return
          if (errors) this.errors.push(...errors)
          if (data) this.items.push(data.item)
          left--
          if (left <= 0 && !this.#isLeftAlone) this.#cutNow()
        },
        error: (error) => {
          if (isCut) return
          this.errors.push(error)
          this.#cutNow()
        },
        complete: () => this.#cutNow(),
      },
    )
    return promise
  }
}

test('a client that is cut at random moments and resumes sees each change once, in order', async () => {
  const from = await head()
  const events = new CutSubscriber(eventAppended, from)
  const changes = new CutSubscriber(taskChanged, from)
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

test('a subscriber that never reads delays nobody, and misses nothing of what it reads later', async () => {
  const from = await head()
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
  const socket = new WebSocket(platform.ready().subscriptionsUrl, 'graphql-transport-ws')
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
