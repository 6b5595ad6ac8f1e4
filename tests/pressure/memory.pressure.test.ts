import { randomBytes } from 'node:crypto'
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { runOneTask, whileTasksRun } from '../memory/honest-client.ts'
import { forgetPeak, peakMiB, residentMiB } from '../memory/process-memory.ts'
import { RawConnections } from '../memory/raw-connections.ts'
import { headersOf, subscriberOf } from '../support/doors.ts'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { isAlive } from '../support/processes.ts'

/**
 * Clients or agents fill a cache, a buffer or a queue of the center: the process, with a heap of 512 MB, stays below the limit in
 * docs/reference/bounds.md and goes on answering tasks.
 */

/** The numbers in bounds.md. */
const centerMiB = 1_024
const agentMiB = 512
const MiB = 1024 * 1024
/** Multiplies what is sent: MEMORY_TIMES=4 npm run test:pressure -- tests/pressure/memory.pressure.test.ts. */
const times = Number(process.env['MEMORY_TIMES'] ?? 1)
let platform: TestPlatform
let connections: RawConnections
const closing: (() => void)[] = []

describe.skipIf(testedShape !== 'standalone')('the memory of a center with a heap of 512 MB is bounded against', () => {
  beforeAll(async () => {
    platform = await startPlatform({ env: { NODE_OPTIONS: '--max-old-space-size=512' } })
    await runOneTask(platform)
  })
  afterAll(() => platform?.dispose())

  beforeEach(async () => {
    // If a center died in a test or took too much memory, only that test fails: the next one gets a new center.
    if (isAlive(platform.runnerPid()) && (await residentMiB(platform.runnerPid())) > centerMiB / 2) await platform.stop()
    if (!isAlive(platform.runnerPid())) await platform.start()
    connections = new RawConnections(platform.ready().url)
    await forgetPeak(platform.runnerPid())
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) close()
    connections.close()
    expect(await peakMiB(platform.runnerPid())).toBeLessThan(centerMiB)
  })

  test('different documents of 15 MB', async () => {
    await whileTasksRun(platform, async () => {
      for (let nth = 0; nth < 24 * times; nth++) await askText(`{ platform { version } }\n#${nth}${'x'.repeat(15 * MiB)}`)
    })
  })

  test('thousands of different small documents', async () => {
    await whileTasksRun(platform, async () => {
      for (let round = 0; round < 50 * times; round++) {
        await Promise.all(
          Array.from({ length: 20 }, (_, nth) => askText(`{ a${round}_${nth}: platform { version headPosition } tasks { nodes { id } } }`)),
        )
      }
    })
  })

  test('request bodies of 15 MB that never come to their end', async () => {
    await whileTasksRun(platform, async () => {
      const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${platform.ready().token}\r\ncontent-type: application/json\r\ncontent-length: ${15 * MiB}\r\n\r\n`
      await connections.openMany(100 * times, head, Buffer.alloc(14 * MiB, 0x20))
      await connections.settled()
    })
  })

  test('connections that say nothing, and headers that never end', async () => {
    await whileTasksRun(platform, async () => {
      await connections.openMany(1_000 * times)
      await connections.openMany(300 * times, `GET / HTTP/1.1\r\nx: ${'h'.repeat(200 * 1024)}`)
      await connections.settled()
    })
  })

  test('agent links that announce a frame and stop in its midst', async () => {
    const key = randomBytes(16).toString('base64')
    const upgrade = `GET /gateway HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`
    // A binary, masked message of 1 000 000 bytes, of which only 900 000 come.
    const frame = Buffer.concat([Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40, 0, 0, 0, 0), Buffer.alloc(900_000)])
    await whileTasksRun(platform, async () => {
      await connections.openMany(800 * times, upgrade, frame)
      await connections.settled()
    })
  })

  test('floods of pings and of broken frames on agent links', async () => {
    await whileTasksRun(platform, async () => {
      const sockets = await Promise.all(Array.from({ length: 30 }, () => openGatewaySocket()))
      for (const socket of sockets) for (let nth = 0; nth < 3_000; nth++) socket.ping(Buffer.alloc(100))
      for (let round = 0; round < 10 * times; round++) {
        const broken = await Promise.all(Array.from({ length: 50 }, () => openGatewaySocket()))
        for (const socket of broken) socket.send(randomBytes(100_000))
      }
    })
  })

  test('subscribers that do not read while large tasks come', async () => {
    const count = 40 * times
    for (let nth = 0; nth < count; nth++) await stalledSubscriber()
    await whileTasksRun(platform, async () => {
      await largeTasks(200 * times, '10.9.0.1')
    })
  })

  test('large answers that nobody reads', async () => {
    const query = JSON.stringify({ query: '{ tasks(first: 500) { nodes { id param result { message } } } }' })
    const request = `POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${platform.ready().token}\r\ncontent-type: application/json\r\ncontent-length: ${query.length}\r\n\r\n${query}`
    await whileTasksRun(platform, async () => {
      for (let nth = 0; nth < 40 * times; nth++) (await connections.open(request)).pause()
      await connections.settled()
    })
  })

  test('hundreds of calls that wait for the end of large tasks', async () => {
    const { ip } = await silentAgent('10.9.0.2')
    const aborting = new AbortController()
    closing.push(() => aborting.abort())
    await whileTasksRun(platform, async () => {
      const body = (nth: number) => JSON.stringify({ query: runTask, variables: { input: { ...large(ip, nth), wait: true } } })
      for (let nth = 0; nth < 600 * times; nth++) {
        void fetch(platform.ready().graphqlUrl, { method: 'POST', headers: headersOf(platform.ready()), body: body(nth), signal: aborting.signal })
          .then((response) => response.arrayBuffer())
          .catch(() => undefined)
        if (nth % 50 === 49) await runOneTask(platform)
      }
    })
  })

  test('a backlog of large tasks for an agent that takes none', async () => {
    const { ip } = await silentAgent('10.9.0.3')
    await whileTasksRun(platform, () => requestLarge(1_000 * times, ip))
  })

  test('agents with large facts that come and go', async () => {
    await whileTasksRun(platform, async () => {
      const labels = Object.fromEntries(Array.from({ length: 900 }, (_, nth) => [`label-${nth}`, 'v'.repeat(1_000)]))
      for (let nth = 0; nth < 30 * times; nth++) {
        const id = randomBytes(16).toString('hex')
        const agent = gatewayAgent({ url: platform.ready().url, joinToken: joinToken(), ip: `10.8.${nth >> 8}.${nth & 255}`, id, labels })
        ;(await Promise.race([agent, closedSoon()]))?.close()
      }
    })
  })

  test('an agent whose worker prints 50 MB', async () => {
    const [agentPid = 0] = platform.ready().pids.agents
    await forgetPeak(agentPid)
    const input = { agent: '127.0.0.1', app: 'apptest', func: 'loud', param: { bytes: 50_000_000 } }
    const { runTask: ran } = await platform.graphql<{ runTask: { task: { state: string } } }>(runTask, { input })
    expect(ran.task.state).toBe('SUCCEEDED')
    expect(await peakMiB(agentPid)).toBeLessThan(agentMiB)
  })
})

const runTask = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id state } refusal { code } } }'
const runTasks = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }'

/** A request with a parameter of nearly the largest size allowed. */
function large(agent: string, nth: number) {
  return { agent, app: 'any', func: 'any', param: `${nth}`.padEnd(64_000, 'p'), wait: false, timeoutMs: 0 }
}

async function askText(query: string): Promise<void> {
  const response = await fetch(platform.ready().graphqlUrl, { method: 'POST', headers: headersOf(platform.ready()), body: JSON.stringify({ query }) })
  await response.arrayBuffer()
}

async function requestLarge(count: number, ip: string): Promise<void> {
  for (let nth = 0; nth < count; nth += 100) {
    const inputs = Array.from({ length: 100 }, (_, index) => large(ip, nth + index))
    // A refusal is fine: the test measures only memory.
    await platform.graphql(runTasks, { inputs }).catch(() => undefined)
  }
}

/** Runs `count` tasks with large parameters, which end at once. */
async function largeTasks(count: number, ip: string): Promise<void> {
  const id = randomBytes(16).toString('hex')
  const agent = await gatewayAgent({ url: platform.ready().url, joinToken: joinToken(), ip, id })
  closing.push(() => agent.close())
  await requestLarge(count, ip)
}

async function silentAgent(ip: string) {
  const id = randomBytes(16).toString('hex')
  const agent = await gatewayAgent({ url: platform.ready().url, joinToken: joinToken(), ip, id, isSilent: true })
  closing.push(() => agent.close())
  return { ip }
}

function joinToken(): string {
  return new URL(platform.ready().gatewayUrl).searchParams.get('token') ?? ''
}

async function openGatewaySocket(): Promise<WebSocket> {
  const socket = new WebSocket(platform.ready().gatewayUrl)
  closing.push(() => socket.terminate())
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('open', resolve).once('close', resolve))
  return socket
}

/** Subscribes to all tasks with their parameters, then reads nothing more from the network. */
async function stalledSubscriber(): Promise<void> {
  class StalledSocket extends WebSocket {
    override emit(name: string | symbol, ...args: unknown[]): boolean {
      if (name === 'open') setTimeout(() => this.pause(), 200)
      return super.emit(name, ...args)
    }
  }
  const client = createClient({ ...subscriberOf(platform.ready()), webSocketImpl: StalledSocket, retryAttempts: 0 })
  closing.push(() => client.terminate())
  const query = 'subscription { taskChanged { task { id param result { message } } } }'
  client.subscribe({ query }, { next: () => undefined, error: () => undefined, complete: () => undefined })
}

function closedSoon(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), 2_000))
}
