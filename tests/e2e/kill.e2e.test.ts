import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedRunner, testedShape } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { lies, ManyTasks } from './many-tasks.ts'

/** kill -9 while tasks are in flight: every task gets a true end, and each attempt starts at most once. */

/** Each is a start of Python. More than the agent runs at once, so that some wait in every place where a task can wait. */
const inFlight = testedShape === 'standalone' ? 80 : 200
const ranBefore = 0.3 * inFlight
let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

test('kill -9 of the runner: the agent goes on, the next start takes it over, and no result is lost', async () => {
  const tasks = new ManyTasks(platform, 'over-the-runner', inFlight)
  const asked = tasks.request()
  await tasks.untilMarked(ranBefore)
  const { agents } = platform.ready().pids
  await platform.kill()
  const first = await asked
  const again = await platform.start()
  // A container engine may restart containers whose neighbours were killed; our runner leaves agents alone.
  if (testedRunner !== null) expect(again.pids.agents).toEqual(agents)
  const ids = await tasks.requestUntilAnswered()
  expect(first.filter((id, index) => id !== null && id !== ids[index])).toEqual([])
  const ended = await tasks.untilEnded(ids)
  expect(lies(ended)).toEqual([])
  expect(ended.filter(({ state }) => state !== 'SUCCEEDED')).toEqual([])
  expect(await platform.stop()).toBe(0)
  expect(await platform.leftovers()).toEqual([])
  await platform.start()
})

test('kill -9 of the agent: what ran under it is reported as interrupted, the rest runs once', async () => {
  const tasks = new ManyTasks(platform, 'over-the-agent', inFlight)
  const ids = (await tasks.request()) as string[]
  await tasks.untilMarked(ranBefore)
  const [killed] = platform.ready().pids.agents
  process.kill(killed ?? 0, 'SIGKILL')
  await waitFor(async () => (await platform.readyNow())?.pids.agents[0] !== killed, { timeoutMs: 60_000, what: 'the new agent in the ready file' })
  const ended = await tasks.untilEnded(ids)
  expect(lies(ended)).toEqual([])
  const failures = ended.filter(({ state }) => state !== 'SUCCEEDED')
  expect(failures.filter(({ failure }) => failure?.code !== 'INTERRUPTED')).toEqual([])
  // At most as many as an agent runs at once.
  expect(failures.length).toBeLessThanOrEqual(16)
  expect(await tasks.requestUntilAnswered()).toEqual(ids)
})

test('kill -9 of Postgres: it is started again, and what was durable goes on', async () => {
  const tasks = new ManyTasks(platform, 'over-postgres', inFlight)
  const asked = tasks.request()
  await tasks.untilMarked(ranBefore)
  const killed = platform.ready().pids.postgres ?? 0
  process.kill(killed, 'SIGKILL')
  const first = await asked
  await waitFor(
    async () => {
      const now = await platform.readyNow()
      return now !== null && now.pids.postgres !== killed
    },
    { timeoutMs: 60_000, what: 'the new Postgres in the ready file' },
  )
  const ids = await tasks.requestUntilAnswered()
  expect(first.filter((id, index) => id !== null && id !== ids[index])).toEqual([])
  const ended = await tasks.untilEnded(ids)
  expect(lies(ended)).toEqual([])
  expect(ended.filter(({ state }) => state !== 'SUCCEEDED')).toEqual([])
})
