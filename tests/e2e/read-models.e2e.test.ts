import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Swarm, swarm } from '@elves/bench/swarm/swarm.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { npmRun, verifiedOutput } from '../support/npm-run.ts'
import { startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { allEvents } from './all-events.ts'

/** The read models agree with the log: while tasks run, after a change by hand, and after they were dropped. */

const atLeast = 200
const batchSize = 40

let platform: TestPlatform
let agents: Swarm
let connectionString: string

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  // Slow enough that tasks are in every state while the read models are compared.
  agents = swarm({ url: platform.ready().gatewayUrl, agents: 1, delayMs: 30 })
  await agents.ready
  connectionString = await databaseUrl()
})

afterAll(async () => {
  await agents?.stop()
  await platform?.dispose()
})

async function databaseUrl(): Promise<string> {
  return (JSON.parse(await readFile(join(platform.dataDir, 'postgres', 'connection.json'), 'utf8')) as { url: string }).url
}

const verified = { code: 0, output: expect.stringContaining(verifiedOutput) }

/** Does the work at least once, and again a few times a second until `other` has ended; resolves with the results of both. */
async function meanwhile<Outcome, Item>(other: Promise<Outcome>, work: () => Promise<Item>): Promise<{ outcome: Outcome; items: readonly Item[] }> {
  let isOver = false
  const items: Item[] = []
  const outcome = other.finally(() => {
    isOver = true
  })
  do {
    items.push(await work())
    // Without a pause the log would grow, and everything after it, as `other` takes longer.
    await delay(250)
  } while (!isOver)
  return { outcome: await outcome, items }
}

async function runBatch(): Promise<readonly string[]> {
  const inputs = Array.from({ length: batchSize }, () => ({ agent: agents.agentIds[0], app: 'any', func: 'any', param: { text: 'ä' }, wait: false }))
  const mutation = 'mutation ($inputs: [RunTaskInput!]!) { runTasks(inputs: $inputs) { task { id } refusal { code } } }'
  const { runTasks } = await platform.graphql<{ runTasks: { task: { id: string } }[] }>(mutation, { inputs })
  return runTasks.map(({ task }) => task.id)
}

async function head(): Promise<string> {
  return (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform.headPosition
}

async function openTasks(): Promise<number> {
  const query = `query ($states: [TaskState!], $notBefore: Position) { tasks(filter: { states: $states }, notBefore: $notBefore) { nodes { id } } }`
  const variables = { states: ['REQUESTED', 'DISPATCHED', 'ACKNOWLEDGED', 'RUNNING'], notBefore: await head() }
  return (await platform.graphql<{ tasks: { nodes: unknown[] } }>(query, variables)).tasks.nodes.length
}

interface Page {
  readonly nodes: readonly Readonly<Record<string, unknown>>[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Reads a whole list, newest first. */
async function listOf(name: 'tasks' | 'agents', fields: string): Promise<Page['nodes']> {
  const query = `query ($after: String) { list: ${name}(first: 100, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`
  const nodes: Record<string, unknown>[] = []
  let after: string | null = null
  do {
    const page: Page = (await platform.graphql<{ list: Page }>(query, { after })).list
    nodes.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return nodes
}

const taskFields = `id kind state app func param proxy processor timeoutMs attempt requestedAt dispatchedAt acknowledgedAt startedAt cancelRequestedAt
  endedAt position agent { id } requestedBy { kind id name } result { workerFlag message costMs truncated } failure { code message } history { nodes { id } }`

/** Reads the three lists; events only up to a position, because the agent's disconnect and connect add some. */
async function answers(upTo: string) {
  await platform.graphql(
    'query ($upTo: Position) { tasks(first: 1, notBefore: $upTo) { nodes { id } } agents(first: 1, notBefore: $upTo) { nodes { id } } }',
    { upTo },
  )
  const events = await allEvents(platform, { notBefore: upTo })
  const local = platform.ready().agents.map(({ id }) => id)
  const agentsShown = await listOf('agents', 'id ip name state version connectedAt labels apps { name }')
  return {
    tasks: await listOf('tasks', taskFields),
    events: events.filter(({ position }) => position <= upTo),
    // The platform's own agents have connected again since then.
    agents: agentsShown.map((agent) => (local.includes(String(agent['id'])) ? { ...agent, connectedAt: null } : agent)),
  }
}

test('npm run verify finds no difference while tasks run', async () => {
  const { outcome, items } = await meanwhile(npmRun('verify', platform.dataDir), runBatch)
  expect(outcome).toEqual(verified)
  for (let ids = items.flat().length; ids < atLeast; ids += batchSize) await runBatch()
  await waitFor(async () => (await openTasks()) === 0, { timeoutMs: 90_000, everyMs: 100, what: 'the end of every task' })
})

test('npm run verify names the row that was changed by hand, and npm run rebuild mends it while the platform answers', async () => {
  const before = await answers(await head())
  expect(before.tasks.length).toBeGreaterThanOrEqual(atLeast)
  const client = new pg.Client({ connectionString })
  await client.connect()
  const changed = await client.query<{ id: string }>(
    `update elves_read.tasks set state = 'LOST' where id = (select min(id) from elves_read.tasks where state = 'SUCCEEDED') returning id`,
  )
  await client.end()
  const found = await npmRun('verify', platform.dataDir)
  expect(found.code).toBe(1)
  expect(found.output).toMatch(new RegExp(`^DIFFERS tasks ${changed.rows[0]?.id} state: live "LOST", replayed "SUCCEEDED"$`, 'm'))

  const { outcome, items } = await meanwhile(npmRun('rebuild', platform.dataDir), async () => {
    const { result } = await platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app: 'apptest', func: 'helloword' })
    return { message: result?.['worker_message'], tasks: (await listOf('tasks', 'id')).length }
  })
  expect(outcome.code, outcome.output).toBe(0)
  for (const { message, tasks } of items) {
    expect(message).toBe('hello word!')
    expect(tasks).toBeGreaterThanOrEqual(before.tasks.length)
  }
  expect(await npmRun('verify', platform.dataDir)).toEqual(verified)
  const after = await answers(await head())
  expect(after.tasks.slice(-before.tasks.length)).toEqual(before.tasks)
})

test.runIf(testedRunner)('npm run verify works where nothing runs, and leaves nothing running', async () => {
  await agents.stop()
  expect(await platform.stop()).toBe(0)
  expect(await npmRun('verify', platform.dataDir)).toEqual(verified)
  expect(await platform.leftovers()).toEqual([])
  await platform.start()
})

test('with every read model dropped, the next start answers the same from the log', async () => {
  // Its disconnect and connect would make a difference that is not an error.
  await agents.stop()
  const isGone = async () => (await listOf('agents', 'id state')).every(({ id, state }) => id !== agents.agentIds[0] || state === 'OFFLINE')
  await waitFor(isGone, { timeoutMs: 60_000, everyMs: 100, what: 'the goodbye of the simulated agent' })
  await agents.stop()
  const position = await head()
  const before = await answers(position)
  const client = new pg.Client({ connectionString: await databaseUrl() })
  await client.connect()
  await client.query('drop schema elves_read cascade')
  await client.end()
  expect(await platform.stop()).toBe(0)
  await platform.start()
  expect(await answers(position)).toEqual(before)
  expect(await npmRun('verify', platform.dataDir)).toEqual(verified)
})
