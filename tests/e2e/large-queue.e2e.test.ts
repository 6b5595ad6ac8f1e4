import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../chaos/random.ts'
import { databaseUrlOf } from '../support/database-url.ts'
import { npmRun, verifiedOutput } from '../support/npm-run.ts'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { allEvents } from './all-events.ts'

/** A queue of many tasks with random dependencies, while what runs it is killed. */

/** The full size is ELVES_TEST_QUEUE_TASKS=10000 ELVES_TEST_QUEUE_AGENTS=100. */
const taskCount = Number(process.env['ELVES_TEST_QUEUE_TASKS'] ?? 1_000)
const agentCount = Number(process.env['ELVES_TEST_QUEUE_AGENTS'] ?? 20)
const addedAtOnce = 500
const mostParents = 3
const seed = 11
/** A killed platform starts again and agents come back within this time, also on a slow machine: nothing expires meanwhile. */
const patienceMs = 600_000
const endsWithinMs = Math.max(150_000, taskCount * 30)

let platform: TestPlatform
let agents: Swarm

beforeAll(async () => {
  platform = await sharedPlatform()
  // Slow enough that the kill comes between the first and the last of them.
  agents = swarm({ url: platform.ready().gatewayUrl, agents: agentCount, delayMs: 50 })
  await agents.ready
})

afterAll(async () => {
  await agents?.stop()
  await platform?.dispose()
})

/** For each task the indexes of those that it depends on, all before it. */
function randomParents(): readonly (readonly number[])[] {
  const random = seededRandom(seed)
  return Array.from({ length: taskCount }, (_, index) => {
    const count = Math.min(index, random.between(0, mostParents))
    return [...new Set(Array.from({ length: count }, () => random.between(0, index - 1)))]
  })
}

interface Payload {
  readonly queue: { readonly id: string } | null
  readonly tasks?: readonly { readonly id: string }[]
  readonly refusal: object | null
}

async function change(mutation: string, type: string, input: object): Promise<Payload> {
  const tasks = mutation === 'addQueueTasks' ? 'tasks { id }' : ''
  const text = `mutation ($input: ${type}!) { changed: ${mutation}(input: $input) { queue { id } ${tasks} refusal { code message field } } }`
  const { changed } = await platform.graphql<{ changed: Payload }>(text, { input })
  expect(changed.refusal).toBeNull()
  return changed
}

/** Makes a queue of tasks on the agents in turn; resolves with its id and those of its tasks, in order. */
async function filledQueue(parents: readonly (readonly number[])[]): Promise<{ id: string; taskIds: readonly string[] }> {
  const id = (await change('createQueue', 'CreateQueueInput', { name: 'large', app: 'any' })).queue?.id ?? ''
  const taskIds: string[] = []
  for (let first = 0; first < taskCount; first += addedAtOnce) {
    const tasks = parents.slice(first, first + addedAtOnce).map((of, index) => ({
      key: `t${first + index}`,
      agent: agents.agentIds[(first + index) % agentCount],
      func: 'any',
      dependsOn: of.map((parent) => `t${parent}`),
      startWithinMs: patienceMs,
    }))
    const added = await change('addQueueTasks', 'AddQueueTasksInput', { queue: id, tasks })
    taskIds.push(...(added.tasks ?? []).map((task) => task.id))
  }
  return { id, taskIds }
}

/** Kills the process of the cluster that owns the lease of the queue runner. */
async function killOwner(): Promise<void> {
  const url = await databaseUrlOf(platform.dataDir)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ owner: string }>(`select owner from elves.leases where name = 'queue-runner'`)
  await client.end()
  const { pids } = (await waitFor(() => platform.readyNow(), { what: 'cluster.json' })) as ClusterReady
  const number = Number(/^command-service-(\d+)$/.exec(rows[0]?.owner ?? '')?.[1])
  process.kill(pids['command-service'][number - 1] ?? 0, 'SIGKILL')
}

const ran = async (share: number) => {
  await waitFor(() => agents.totals().succeeded >= taskCount * share, { timeoutMs: endsWithinMs, what: `the end of ${share} of the tasks` })
}

async function ended(id: string): Promise<{ state: string; counts: object }> {
  const text = 'query ($id: ID!) { queue(id: $id) { state endedAt counts { state count } } }'
  return waitFor(
    async () => {
      const { queue } = await platform.graphql<{ queue: { state: string; endedAt: string | null; counts: object } }>(text, { id })
      if (queue.endedAt === null) throw new Error(`${JSON.stringify(queue)}, agents: ${JSON.stringify(agents.totals())}`)
      return { state: queue.state, counts: queue.counts }
    },
    { timeoutMs: endsWithinMs, everyMs: 200, what: 'the end of the queue' },
  )
}

test(
  `a queue of ${taskCount} tasks with random dependencies runs in their order, each task once, whatever is killed meanwhile`,
  async () => {
    const parents = randomParents()
    const { id, taskIds } = await filledQueue(parents)
    expect(new Set(taskIds).size).toBe(taskCount)
    await change('commitQueue', 'CommitQueueInput', { queue: id })
    if (platform.shape === 'cluster') {
      await ran(0.2)
      await killOwner()
    }
    await ran(0.4)
    await platform.kill()
    expect(agents.totals().succeeded).toBeLessThan(taskCount)
    await platform.start()
    expect(await ended(id)).toEqual({ state: 'SUCCEEDED', counts: [{ state: 'SUCCEEDED', count: taskCount }] })

    const events = await allEvents(platform, { types: ['TaskDispatched', 'TaskStarted', 'TaskSucceeded'] })
    const positions = (type: string) =>
      Map.groupBy(
        events.filter((event) => event.type === type),
        ({ stream }) => stream,
      )
    const [dispatched, started, succeeded] = [positions('TaskDispatched'), positions('TaskStarted'), positions('TaskSucceeded')]
    const streams = taskIds.map((taskId) => `task-${taskId}`)
    for (const once of [dispatched, started, succeeded]) expect(streams.filter((stream) => once.get(stream)?.length !== 1)).toEqual([])
    const early = parents.flatMap((of, index) => {
      const at = dispatched.get(streams[index] ?? '')?.[0]?.position ?? ''
      return of.filter((parent) => at <= (succeeded.get(streams[parent] ?? '')?.[0]?.position ?? '~')).map((parent) => [index, parent])
    })
    expect(early).toEqual([])
    // The agents were not killed, and each of them remembers what it ran.
    expect(agents.totals()).toMatchObject({ tasks: taskCount, succeeded: taskCount })
    expect(await npmRun('verify', platform.dataDir)).toEqual({ code: 0, output: expect.stringContaining(verifiedOutput) })
  },
  endsWithinMs * 2,
)
