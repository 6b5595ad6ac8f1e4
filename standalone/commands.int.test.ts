import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { compileCache } from '@elves/tests/support/compile-cache.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const scripts = Object.values((JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts)
const mains = [
  ...scripts.flatMap((script) => /^node (\S+\.ts)$/.exec(script)?.[1] ?? []),
  'command-service/main.ts',
  'command-service/gateway-main.ts',
  'projection-service/main.ts',
  'query-service/main.ts',
  'agent/main.ts',
  'tools/kafka/refresh-lock.ts',
  'tools/ci/totals.ts',
]

/** The arguments that a command needs. */
const needed: Readonly<Record<string, readonly string[]>> = { 'bench/swarm/main.ts': ['--url', 'ws://127.0.0.1:1/?token=x'] }

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-commands-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

interface Called {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs it in a new folder, with a data folder that would show that something was started. */
async function call(main: string, ...args: string[]): Promise<Called> {
  const folders = { HOME: folder, ELVES_DATA_DIR: join(folder, 'data'), ELVES_AGENT_DATA_DIR: join(folder, 'agent') }
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...folders }
  const options = { cwd: folder, env, timeout: 50_000 }
  return promisify(execFile)(process.execPath, [join(root, main), ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Called) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  )
}

test('every command of package.json that is a program of ours is tried here', () => {
  expect(mains).toContain('standalone/main.ts')
  expect(mains.length).toBeGreaterThanOrEqual(15)
})

test.each(mains)('%s has --help, refuses what it does not know, and starts nothing', async (main) => {
  const [help, unknown] = await Promise.all([call(main, '--help'), call(main, ...(needed[main] ?? []), '--no-such-thing')])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: '), stderr: '' })
  expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/error: .*--no-such-thing.*--help/s) })
  expect(await readdir(folder)).toEqual([])
})
