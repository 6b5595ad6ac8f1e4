import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run in their order on a platform with one agent. */

const guide = readFileSync(join(import.meta.dirname, 'tasks.md'), 'utf8')
const samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

test('each sample does what the guide says', async () => {
  const [wait, retry, waiting, cancel, queue, ...more] = samples
  expect(more).toEqual([])
  const succeeded = { runTask: { task: { state: 'SUCCEEDED', failure: null }, refusal: null } }
  expect(await platform.graphql(wait ?? '')).toMatchObject(succeeded)
  expect(await platform.graphql(retry ?? '')).toMatchObject({
    runTask: { task: { state: 'SUCCEEDED', attempt: 1, attempts: [{ number: 1, state: 'SUCCEEDED', failure: null }] }, refusal: null },
  })
  // A task that fails at once, and whose next attempt is far away, is what the last two samples show.
  const failing = '{ agent: "127.0.0.1", app: "apptest", func: "nosuch", wait: false, retry: { attempts: 2, delayMs: 600000, maxDelayMs: 600000 } }'
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string } } }>(`mutation { runTask(input: ${failing}) { task { id } } }`)
  await waitFor(async () => {
    const { tasks } = await platform.graphql<{ tasks: { nodes: { id: string; wait: { reason: string } }[] } }>(waiting ?? '')
    return tasks.nodes.some(({ id, wait: { reason } }) => id === runTask.task.id && reason === 'RETRY')
  })
  expect(await platform.graphql(cancel ?? '')).toMatchObject({
    cancelTasks: { tasks: expect.arrayContaining([{ id: runTask.task.id, state: 'CANCELLED' }]), refusal: null },
  })
  const { createQueue } = await platform.graphql<{ createQueue: { queue: { id: string }; refusal: object | null } }>(queue ?? '')
  expect(createQueue).toMatchObject({ queue: { state: 'RUNNING' }, refusal: null })
  await waitFor(async () => {
    const text = 'query ($id: ID!) { queue(id: $id) { state counts { state count } } }'
    const read = await platform.graphql<{ queue: { state: string; counts: object } }>(text, { id: createQueue.queue.id })
    return read.queue.state === 'SUCCEEDED'
  })
})
