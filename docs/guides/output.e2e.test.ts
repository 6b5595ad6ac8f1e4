import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { subscriberOf } from '@elves/tests/support/doors.ts'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

/** The samples of the guide, on a platform with real workers: one that is followed, and one that is killed at its timeout. */

const guide = readFileSync(join(import.meta.dirname, 'output.md'), 'utf8')
const [query = '', subscription = ''] = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
const worker = `import os, sys, time
print('step one', flush=True)
print('careful', file=sys.stderr, flush=True)
while not os.path.exists(os.path.join(os.path.dirname(__file__), 'go')): time.sleep(0.05)
print('x' * (3 * 1024 * 1024))
print('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>done</ElvesWResult>', flush=True)
`
let platform: TestPlatform
let app: string

beforeAll(async () => {
  platform = await sharedPlatform()
  app = join(platform.dataDir, 'apps', 'talker')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), worker)
})

afterAll(() => platform?.dispose())

interface Output {
  readonly attempt: number
  readonly chunks: readonly { readonly stream: string; readonly text: string }[]
  readonly next: number
  readonly isEnded: boolean
  readonly bytes: number
  readonly cut: string | null
}

async function run(timeoutMs: number): Promise<string> {
  const input = { agent: '127.0.0.1', app: 'talker', func: 'talk', timeoutMs, wait: false }
  const mutation = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } refusal { code } } }'
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string } | null } }>(mutation, { input })
  return runTask.task?.id ?? ''
}

const outputOf = async (task: string) => (await platform.graphql<{ taskOutput: Output }>(query, { task })).taskOutput
const textOf = (items: readonly Output[], stream: string) =>
  items.flatMap(({ chunks }) => chunks.flatMap((one) => (one.stream === stream ? one.text : []))).join('')

test('a run is followed while it prints, to its end, and what is too much is counted', async () => {
  const client = createClient({ ...subscriberOf(platform.ready()), webSocketImpl: WebSocket, retryAttempts: 0 })
  const task = await run(60_000)
  const items: Output[] = []
  const completed = Promise.withResolvers<void>()
  client.subscribe<{ taskOutputAdded: Output }>(
    { query: subscription, variables: { task } },
    { next: ({ data }) => void (data && items.push(data.taskOutputAdded)), error: () => undefined, complete: completed.resolve },
  )
  const shown = () => [textOf(items, 'OUT'), textOf(items, 'ERR')].join('')
  await waitFor(() => shown() === 'step one\ncareful\n', { what: 'what it prints at first', timeoutMs: 60_000 })
  await writeFile(join(app, 'go'), '')
  await completed.promise
  await client.dispose()
  expect(textOf(items, 'OUT').length + textOf(items, 'ERR').length).toBe(1024 * 1024)
  const first = await outputOf(task)
  expect(first).toMatchObject({ attempt: 1, next: 65_536, isEnded: false, isCut: true, cut: 'LIMIT' })
  expect(first.bytes).toBeGreaterThan(3 * 1024 * 1024)
  expect((await platform.graphql<{ task: object }>(`{ task(id: "${task}") { state result { message } } }`)).task).toEqual({
    state: 'SUCCEEDED',
    result: { message: 'done' },
  })
})

test('what a run printed before it was killed at its timeout is there', async () => {
  await writeFile(join(app, 'app-worker.py'), worker.replace("'go'", "'never'"))
  const task = await run(1_500)
  const found = await waitFor(async () => ((await outputOf(task)).isEnded ? outputOf(task) : null), { what: 'the end', timeoutMs: 60_000 })
  expect(textOf([found], 'OUT')).toBe('step one\n')
  expect(textOf([found], 'ERR')).toBe('careful\n')
})
