import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** A durable cursor over results: a subscriber that is killed finds what it had not dealt with, and nothing before that. */

interface Item {
  readonly position: string
  readonly task: { readonly id: string; readonly state: string }
}

/** Nobody else asks for the results of this app. */
const worker = `import sys
if sys.argv[2] == "fails": sys.exit(1)
print("<ElvesWFlag>true</ElvesWFlag><ElvesWResult>told</ElvesWResult>")
`
let platform: TestPlatform
const children: ChildProcess[] = []

beforeAll(async () => {
  platform = await sharedPlatform()
  const app = join(platform.dataDir, 'apps', 'told')
  await mkdir(app, { recursive: true })
  await writeFile(join(app, 'app-worker.py'), worker)
  await chmod(app, 0o755)
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(() => platform?.dispose())

/** Starts a subscriber as a process of its own; `items` grows. */
function subscriber(app: string, name: string): { readonly items: Item[]; kill(): Promise<void> } {
  const items: Item[] = []
  const program = join(import.meta.dirname, 'processor-subscriber.ts')
  const child = spawn(process.execPath, [program, platform.ready().subscriptionsUrl, platform.ready().token, app, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  createInterface(child.stdout).on('line', (line) => items.push(JSON.parse(line)))
  return {
    items,
    kill: async () => {
      child.kill('SIGKILL')
      await waitFor(() => child.signalCode !== null)
    },
  }
}

async function run(input: object = {}): Promise<string> {
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string } } }>(
    'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id } refusal { code message } } }',
    { input: { agent: '127.0.0.1', app: 'told', func: 'works', processor: true, ...input } },
  )
  return runTask.task.id
}

interface Moved {
  readonly processor: { readonly position: string; readonly lag: number } | null
  readonly position: string | null
  readonly refusal: { readonly code: string; readonly field: string | null } | null
}

async function move(position: string, change: object = {}): Promise<Moved> {
  const { moveProcessor } = await platform.graphql<{ moveProcessor: Moved }>(
    'mutation ($input: MoveProcessorInput!) { moveProcessor(input: $input) { processor { position lag } position refusal { code field } } }',
    { input: { app: 'told', name: 'books', position, ...change } },
  )
  return moveProcessor
}

const idsOf = ({ items }: { readonly items: readonly Item[] }) => items.map(({ task }) => task.id)
const slowly = { timeoutMs: 60_000 }

test('a subscriber gets each result once it is there, and after a kill what it had not dealt with', async () => {
  const first = await run()
  await run({ processor: false })
  const rejected = await run({ app: 'no-such-app' })
  const second = await run({ func: 'fails' })
  const before = subscriber('told', 'books')
  await waitFor(() => before.items.length >= 2, slowly)
  const third = await run()
  await waitFor(() => before.items.length >= 3, slowly)
  expect(idsOf(before)).toEqual([first, second, third])
  expect(before.items.map(({ task }) => task.state)).toEqual(['SUCCEEDED', 'FAILED', 'SUCCEEDED'])
  // It has dealt with two, and dies before it says so of the third.
  const second_ = before.items[1]?.position ?? ''
  expect(await move(second_)).toMatchObject({ processor: { position: second_, lag: 1 }, refusal: null })
  await before.kill()
  const fourth = await run()

  const after = subscriber('told', 'books')
  await waitFor(() => after.items.length >= 2, slowly)
  expect(idsOf(after)).toEqual([third, fourth])
  expect(rejected).not.toBe('')

  const { processor } = await platform.graphql<{ processor: object }>(
    '{ processor(app: "told", name: "books") { app name position lag lastDeliveredAt history { nodes { type } } } }',
  )
  expect(processor).toEqual({
    app: 'told',
    name: 'books',
    position: second_,
    lag: 2,
    lastDeliveredAt: expect.any(String),
    history: { nodes: [{ type: 'ProcessorAdvanced' }] },
  })
  // Another one has not dealt with anything, and gets all.
  const other = subscriber('told', 'other')
  await waitFor(() => other.items.length >= 4, slowly)
  expect(idsOf(other)).toEqual([first, second, third, fourth])
})

test('moved back, it gets results again; moved to the head, only later ones', async () => {
  const all = subscriber('told', 'all')
  await waitFor(() => all.items.length >= 4, slowly)
  const [first, second, third, fourth] = all.items
  expect((await move(first?.position ?? '')).processor?.lag).toBe(3)
  const again = subscriber('told', 'books')
  await waitFor(() => again.items.length >= 3, slowly)
  expect(again.items).toEqual([second, third, fourth])

  const { platform: now } = await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')
  expect((await move(now.headPosition)).processor?.lag).toBe(0)
  const later = subscriber('told', 'books')
  const fifth = await run()
  await waitFor(() => later.items.length >= 1, slowly)
  expect(idsOf(later)).toEqual([fifth])
})

test('refuses what can be no place of it, and does a repeated move once', async () => {
  const { platform: now } = await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')
  const head = now.headPosition
  const [logId, sequence] = [head.slice(0, 9), Number.parseInt(head.slice(9), 16)]
  const at = (other: number) => logId + other.toString(16).padStart(16, '0')
  expect((await move(at(sequence + 1_000_000))).refusal).toEqual({ code: 'PROCESSOR_POSITION_BEYOND_HEAD', field: 'position' })
  expect((await move(`ffffffff${head.slice(8)}`)).refusal).toEqual({ code: 'PROCESSOR_POSITION_UNKNOWN', field: 'position' })
  expect((await move(head, { name: 'a/b' })).refusal).toEqual({ code: 'PROCESSOR_NAME_INVALID', field: 'name' })
  expect((await move(head, { app: '../x' })).refusal).toEqual({ code: 'APP_INVALID', field: 'app' })
  const once = await move(at(1), { name: 'keyed', idempotencyKey: 'k' })
  expect(await move(at(1), { name: 'keyed', idempotencyKey: 'k' })).toMatchObject({ position: once.position, refusal: null })
})
