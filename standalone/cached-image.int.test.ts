import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { launched } from './launched.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-image-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

interface Image {
  readonly pid: number
  readonly hasCompiler: boolean
  readonly cache: string | null
}

async function run(...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly image: Image }> {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cached-image.fixture.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { child, image: JSON.parse(output) as Image }
}

test('the process goes on as an image that compiles nothing, from the first start on', async () => {
  const cache = join(folder, 'cache')
  for (const _start of ['first', 'second']) {
    const { child, image } = await run(cache)
    expect(image).toEqual({ pid: child.pid, hasCompiler: false, cache })
  }
})

test('where the cache can not be filled it goes on as it is', async () => {
  const { child, image } = await run(join(folder, 'cache'), join(folder, 'no-such-program.ts'))
  expect(image).toEqual({ pid: child.pid, hasCompiler: true, cache: null })
})

/** What Node keeps of TypeScript is text, behind a header; of JavaScript it keeps compiled code. */
async function strippedIn(cache: string): Promise<readonly string[]> {
  const entries = (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const files = await Promise.all(entries.map(async ({ parentPath, name }) => ({ name, bytes: await readFile(join(parentPath, name)) })))
  return files.filter(({ bytes }) => /^[\t\n\x20-\x7e]{40}/.test(bytes.toString('latin1', 20, 80))).map(({ name }) => name)
}

test('all TypeScript of a center that serves is in JavaScript before its first start', { timeout: 180_000 }, async () => {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const cache = join(folder, 'cache')
  const platform = await launched({ dataDir: folder, env: { ...env, ELVES_HTTP_PORT: '0' }, timeoutMs: 120_000 })
  const filled = await strippedIn(cache)
  const environment = await readFile(`/proc/${platform.ready.pids.standalone}/environ`, 'utf8')
  await platform.stop()
  expect(environment.split('\0')).toContain(`NODE_COMPILE_CACHE=${cache}`)
  expect(filled.length).toBeGreaterThan(300)
  // What a process compiled itself is written when it ends.
  expect([...(await strippedIn(cache))].sort()).toEqual([...filled].sort())
})
