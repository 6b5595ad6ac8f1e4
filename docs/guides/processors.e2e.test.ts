import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { subscriberOf } from '@elves/tests/support/doors.ts'
import { sharedPlatform, type TestPlatform, testedRunner } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { fileBlocks } from './guide-files.ts'

/** The samples of the guide, run in their order. In containers the agent can't reach a processor on this machine. */

const root = join(import.meta.dirname, '..', '..')
const isHere = testedRunner !== null
let platform: TestPlatform
let child: ChildProcess | null = null
let port = 0
let files: ReadonlyMap<string, string>
let samples: readonly string[]

beforeAll(async () => {
  if (!isHere) return
  const guide = await readFile(join(import.meta.dirname, 'processors.md'), 'utf8')
  files = new Map(fileBlocks(guide).map(({ path, text }) => [path, text]))
  samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
  platform = await sharedPlatform()
  port = await freePort()
  const apps = join(platform.dataDir, 'apps')
  await cp(join(apps, 'apptest'), join(apps, 'books'), { recursive: true })
  await cp(join(apps, 'books', 'apptest.py'), join(apps, 'books', 'books.py'))
  const module = await readFile(join(apps, 'books', 'books.py'), 'utf8')
  await writeFile(join(apps, 'books', 'books.py'), module.replaceAll('class apptest', 'class books'))
  await writeFile(join(apps, 'books', 'appcfg.json'), (files.get('appcfg.json') ?? '').replace('10010', String(port)))
})

afterAll(async () => {
  child?.kill('SIGKILL')
  await platform?.dispose()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return free
}

/** Starts a processor in a folder; resolves when it listens. Returns what it prints. */
async function started(folder: string, program: string, file: string): Promise<() => string> {
  await writeFile(join(folder, file), files.get(file) ?? '')
  child = spawn(program, [file, String(port)], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout?.on('data', (text) => {
    printed += text
  })
  return () => printed
}

interface Shown {
  readonly id: string
  readonly state: string
  readonly processing: { readonly state: string; readonly answer: string | null } | null
}

/** Runs the two samples of a task; resolves with the id of the task when its result was delivered. */
async function delivered(): Promise<string> {
  const [run = '', show = ''] = samples
  const { runTask } = await platform.graphql<{ runTask: { task: Shown; refusal: null } }>(run)
  expect(runTask).toMatchObject({ task: { state: 'SUCCEEDED' }, refusal: null })
  await waitFor(
    async () => {
      const { tasks } = await platform.graphql<{ tasks: { nodes: Shown[] } }>(show)
      const [task] = tasks.nodes
      return task?.id === runTask.task.id && task.processing?.state === 'DELIVERED' && task.processing.answer === 'noted'
    },
    { timeoutMs: 60_000, what: 'the delivery' },
  )
  return runTask.task.id
}

test.runIf(isHere)('the contract that the guide shows is the one that the agent has', async () => {
  const plain = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').match(/\d: \w+ \w+|service \w+|\w+ runProcessor/g)
  expect(plain(files.get('processor.thrift') ?? '')).toEqual(plain(await readFile(join(root, 'agent', 'processing', 'processor.thrift'), 'utf8')))
})

test.runIf(isHere)('the processor in Node gets the result of the sample task', async () => {
  const folder = join(platform.dataDir, 'node-processor')
  await mkdir(folder)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await cp(join(root, 'agent', 'processing', 'generated'), join(folder, 'gen-nodejs'), { recursive: true })
  const printed = await started(folder, process.execPath, 'processor.mjs')
  const id = await delivered()
  expect(printed()).toBe(`${id} 1 hello word!\n`)
  child?.kill('SIGKILL')
})

const hasPythonThrift = isHere && spawnSync('python3', ['-c', 'import thrift']).status === 0 && spawnSync('thrift', ['--version']).status === 0

test.runIf(hasPythonThrift)('the processor in Python gets it, where there are thrift for Python and its compiler', async () => {
  const folder = join(platform.dataDir, 'python-processor')
  await mkdir(folder)
  await writeFile(join(folder, 'processor.thrift'), files.get('processor.thrift') ?? '')
  expect(spawnSync('thrift', ['--gen', 'py', 'processor.thrift'], { cwd: folder }).status).toBe(0)
  const printed = await started(folder, 'python3', 'books.py')
  const id = await delivered()
  expect(printed()).toContain(`${id} 1 hello word!\n`)
  child?.kill('SIGKILL')
})

test.runIf(isHere)('the cursor gets the results, and is where it was moved to', async () => {
  const [, , follow = '', move = '', show = ''] = samples
  const client = createClient({ ...subscriberOf(platform.ready()), webSocketImpl: WebSocket })
  const items: { position: string; task: { state: string; result: object } }[] = []
  client.subscribe<{ processorResults: (typeof items)[number] }>(
    { query: follow },
    { next: ({ data }) => void (data && items.push(data.processorResults)), error: () => undefined, complete: () => undefined },
  )
  await waitFor(() => items.length > 0, { timeoutMs: 60_000, what: 'a result' })
  await client.dispose()
  expect(items[0]?.task).toMatchObject({ state: 'SUCCEEDED', result: { workerFlag: 1, message: 'hello word!' } })
  const { moveProcessor } = await platform.graphql<{ moveProcessor: { position: string; refusal: null } }>(move, { position: items.at(-1)?.position })
  expect(moveProcessor.refusal).toBeNull()
  await waitFor(async () => (await platform.graphql<{ processor: object | null }>(show)).processor !== null)
  const { processor } = await platform.graphql<{ processor: object }>(show)
  expect(processor).toMatchObject({ position: items.at(-1)?.position, history: { nodes: [{ type: 'ProcessorAdvanced' }] } })
})
