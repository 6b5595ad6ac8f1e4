import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, figure, quantile } from '@elves/bench/figure.ts'
import { graphqlClient } from '@elves/bench/graphql-client.ts'
import { swarmProcesses } from '@elves/bench/swarm/swarm-processes.ts'
import type { Browser } from '../browser/chromium.ts'
import { waitFor } from '../support/wait-for.ts'
import { type Showing, signedIn, timeTo } from './showing.ts'

export interface Changes extends Showing {
  readonly seconds: number
  readonly perSecond: number
}

/** Agents that answer at once. */
const agents = 100
/** A task on one of them: requested, dispatched, acknowledged, started, succeeded. */
const changesOfTask = 5
const callsPerSecond = 10

/**
 * The list of all tasks while a thousand of their changes a second come: frames in a second, memory (baseline: before they come), and whether
 * they came at all.
 */
export async function changesOnAPage(browser: Browser, { door, seconds, perSecond, progress }: Changes): Promise<Figure[]> {
  const fleet = swarmProcesses({ url: door.gatewayUrl, agents, seed: 3 }, 1)
  const client = graphqlClient(door, callsPerSecond)
  try {
    await waitFor(() => fleet.totals().connected === agents, { what: 'the simulated agents' })
    const page = await signedIn(browser, door)
    let changes = 0
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        changes += String(payload).split('"taskChanged"').length - 1
      })
    })
    await page.reload()
    await page.waitForSelector('[data-connection="live"]')
    await timeTo(page, '/tasks', '[data-page="tasks"] [data-list="{}"] [data-row-key]')
    const metrics = await browser.context.newCDPSession(page)
    await metrics.send('Performance.enable')
    progress(`${perSecond} changes a second for ${seconds} s`)
    await page.evaluate(
      `globalThis.framesAt = []; const count = (at) => { framesAt.push(at); requestAnimationFrame(count) }; requestAnimationFrame(count)`,
    )
    const memoryBefore = await rendererMb(browser)
    const before = changes
    const startedAt = performance.now()
    await load({ client, seconds, tasksPerSecond: perSecond / changesOfTask })
    const tookS = (performance.now() - startedAt) / 1000
    const perSecondSeen = (changes - before) / tookS
    const frames = await page.evaluate<number[]>('framesAt')
    const from = (frames.at(-1) ?? 0) - tookS * 1000
    const bySecond = Array.from({ length: Math.floor(tookS) }, (_, second) => {
      const begin = from + second * 1000
      return frames.filter((at) => at >= begin && at < begin + 1000).length
    })
    const { metrics: values } = await metrics.send('Performance.getMetrics')
    const [heap, heapWithRoom] = ['JSHeapUsedSize', 'JSHeapTotalSize'].map((wanted) => (values.find(({ name }) => name === wanted)?.value ?? 0) / 1e6)
    const memory = await rendererMb(browser)
    await page.close()
    return [
      figure('changes-seen', '1/s', [perSecondSeen], []),
      figure('frames', '1/s', bySecond, []),
      figure('frames-worst-second-of-ten', '1/s', [quantile(bySecond, 0.1)], []),
      figure('page-heap', 'MB', [heap ?? 0], []),
      figure('page-heap-with-room', 'MB', [heapWithRoom ?? 0], []),
      figure('page-memory', 'MB', [memory], [memoryBefore]),
    ]
  } finally {
    await client.close()
    await fleet.stop()
  }
}

interface Load {
  readonly client: ReturnType<typeof graphqlClient>
  readonly seconds: number
  readonly tasksPerSecond: number
}

/** Runs so many tasks a second; a call that takes longer does not hold back the next. */
async function load({ client, seconds, tasksPerSecond }: Load): Promise<void> {
  const query = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { refusal { code } } }'
  const each = Math.round(tasksPerSecond / callsPerSecond)
  const calls: Promise<unknown>[] = []
  const startedAt = performance.now()
  let failure: unknown = null
  for (let call = 0; call < seconds * callsPerSecond; call++) {
    const inputs = Array.from({ length: each }, (_, index) => ({
      agent: ipOf((call * each + index) % agents),
      app: 'load',
      func: 'noop',
      wait: false,
    }))
    calls.push(
      client.request(query, { inputs }).catch((error: unknown) => {
        failure = error
      }),
    )
    await delay(Math.max(0, startedAt + ((call + 1) * 1000) / callsPerSecond - performance.now()))
  }
  await Promise.all(calls)
  if (failure !== null) throw failure
}

/** Of the simulated agents of seed 3. */
function ipOf(index: number): string {
  return `10.3.${(index + 1) >> 8}.${(index + 1) & 255}`
}

/** Memory that the page's process has for itself, in MB (10^6 bytes). Source: Private_* of /proc/<pid>/smaps_rollup, of the largest one. */
async function rendererMb({ context }: Browser): Promise<number> {
  const browser = context.browser()
  if (browser === null) throw new Error('the browser has no session of its own')
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const sizes = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateMb(id)))
  await session.detach()
  return Math.max(...sizes)
}

async function privateMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const kb = [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce((sum, [, size]) => sum + Number(size), 0)
  return (kb * 1024) / 1e6
}
