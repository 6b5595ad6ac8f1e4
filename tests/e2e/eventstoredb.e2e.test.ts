import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { NodeCounts } from '../eventstoredb/node-counts.ts'
import { type EventStoreDouble, eventStoreDouble } from '../support/event-store-double.ts'
import { gatewayAgent } from '../support/gateway-agent.ts'
import { startPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { allEvents } from './all-events.ts'

interface Payload {
  readonly task: { readonly id: string; readonly state: string } | null
  readonly position: string | null
  readonly refusal: unknown
}

/** Standalone on EventStoreDB, of which a double counts what it is asked for. */
describe.runIf(testedShape === 'standalone')('standalone on EventStoreDB', () => {
  let double: EventStoreDouble
  let platform: TestPlatform
  let agent: WebSocket

  beforeAll(async () => {
    double = await eventStoreDouble()
    platform = await startPlatform({ env: { ELVES_EVENTSTOREDB_URL: double.url } })
    const { gatewayUrl } = platform.ready()
    const { origin, searchParams } = new URL(gatewayUrl.replace('ws', 'http'))
    agent = await gatewayAgent({ url: origin, joinToken: searchParams.get('token') ?? '', ip: '127.0.0.9' })
  })

  afterAll(async () => {
    agent?.terminate()
    await platform?.dispose()
    double?.stop()
  })

  /** Runs tasks that their clients wait for, some at once, until the read models have them; returns their ids. */
  async function run(count: number): Promise<readonly string[]> {
    const mutation = `mutation { runTask(input: { agent: "127.0.0.9", app: "bench", func: "noop", wait: true }) { task { id state } position refusal { code } } }`
    const ids: string[] = []
    let left = count
    let last = ''
    const client = async () => {
      while (left-- > 0) {
        const { runTask } = await platform.graphql<{ runTask: Payload }>(mutation)
        expect(runTask).toMatchObject({ task: { state: 'SUCCEEDED' }, refusal: null })
        if (runTask.task) ids.push(runTask.task.id)
        if (runTask.position && runTask.position > last) last = runTask.position
      }
    }
    await Promise.all(Array.from({ length: 16 }, client))
    await platform.graphql('query ($last: Position!) { events(first: 1, notBefore: $last) { nodes { id } } }', { last })
    return ids
  }

  /** What the main thread of the center asked for; the projectors have a connection of their own. */
  const asked = (): NodeCounts =>
    double.node.countsByConnection[`elves-${(platform.ready().pids as { readonly standalone?: number }).standalone}`] as NodeCounts
  /** Events that the process has decoded since its start. */
  const decoded = async () => {
    const text = await (await fetch(new URL('/metrics', platform.ready().graphqlUrl))).text()
    return Number(/^elves_decoded_events_total (\d+)$/m.exec(text)?.[1])
  }
  /** The same, once the thread of the projectors has told what it has decoded: it tells that after the read models are there. */
  const decodedToTheEnd = () => {
    let last = -1
    return waitFor(
      async () => {
        const [before, now] = [last, await decoded()]
        last = now
        return now === before ? now : null
      },
      { everyMs: 500, what: 'the end of the decoding' },
    )
  }
  const ours = () => double.log.records.filter(({ stream }) => stream.startsWith('elves.'))
  /** Resolves with the number of events once the projectors have all of them, so that none is decoded later. */
  const settled = () =>
    waitFor(
      async () => {
        const { length } = ours()
        const { headPosition: head } = (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform
        await platform.graphql('query ($head: Position!) { events(first: 1, notBefore: $head) { nodes { id } } }', { head })
        return ours().length === length ? length : null
      },
      { what: 'the end of the log in the read models' },
    )

  test('a task is two appends and no read, and each event comes to the process once', async () => {
    await run(50)
    const [eventsBefore, decodedBefore, before] = [await settled(), await decodedToTheEnd(), asked()]
    const { readRecords: readBefore } = double.node.counts
    const tasks = 200
    await run(tasks)
    const after = asked()
    expect((after.appends - before.appends) / tasks).toBeLessThanOrEqual(2.1)
    // A reader that hears nothing for a while looks for itself, so a slow machine has some reads.
    expect((after.reads - before.reads) / tasks).toBeLessThanOrEqual(0.2)
    const decodedSince = (await decoded()) - decodedBefore
    // What somebody read for himself on a slow machine, the projectors too, he has decoded.
    const readAgain = double.node.counts.readRecords - readBefore
    // Counted last: an event may be written between the two.
    expect(decodedSince).toBeLessThanOrEqual(ours().length - eventsBefore + readAgain)
  })

  test('subscriptions that are dropped a hundred times a second cost no task, no event and no word', async () => {
    const dropping = setInterval(() => double.node.dropSubscriptions(), 10)
    const ids = await run(200)
    clearInterval(dropping)
    expect(double.node.counts.drops).toBeGreaterThan(0)
    const written = ours().map(({ id }) => id)
    const shown = await waitFor(async () => {
      const events = await allEvents(platform)
      return events.length >= written.length ? events : null
    })
    // The audit log has each event once, in the order of the log.
    expect(shown.map(({ id }) => id).slice(0, written.length)).toEqual(written)
    const ends = Map.groupBy(
      shown.filter(({ type }) => type === 'TaskSucceeded'),
      ({ stream }) => stream,
    )
    expect(ids.filter((id) => ends.get(`task-${id}`)?.length !== 1)).toEqual([])
    const log = await readFile(join(platform.dataDir, 'logs', 'standalone.log'), 'utf8')
    const lines = log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly level: string; readonly part?: string })
    expect(lines.length).toBeGreaterThan(0)
    const warned = lines.filter(({ level, part }) => part === 'event-store' && ['warn', 'error'].includes(level))
    expect(warned).toEqual([])
  })
})
