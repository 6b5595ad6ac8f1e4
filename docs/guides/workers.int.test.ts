import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findOnPath } from '@elves/agent/runner/interpreters.ts'
import { compileCache } from '@elves/tests/support/compile-cache.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileBlocks } from './guide-files.ts'

/** The samples of the guide, run as it says: with `try`, which runs what a task would run. */

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(import.meta.dirname, 'workers.md'), 'utf8')
const commands = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, command = '']) => command.trim())
const [printed = ''] = [...guide.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
const dir = mkdtempSync(join(tmpdir(), 'elves-guide-workers-'))
const isThere = (program: string) => findOnPath(program, process.env['PATH']) !== null

beforeAll(() => {
  for (const { path, text } of fileBlocks(guide)) {
    mkdirSync(join(dir, dirname(path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  copyFileSync(join(root, 'sdk/python/app-worker.py'), join(dir, 'apps/hello/app-worker.py'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Told {
  readonly outcome: string
  readonly result: string
  readonly standardError: string
}

function tried(app: string, func: string, ...options: readonly string[]): Told {
  const args = [join(root, 'agent/try/main.ts'), `./apps/${app}`, func, '--json', ...options]
  try {
    return JSON.parse(execFileSync(process.execPath, args, { cwd: dir, encoding: 'utf8', env })) as Told
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout) as Told
  }
}
const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  ELVES_AGENT_WORKER_NICE: '0',
  NODE_COMPILE_CACHE: compileCache,
}
const ada = ['--param', '{"name": "Ada"}']

test.skipIf(!isThere('python3'))('Python, and the command that tries it (skipped without python3)', () => {
  const command = commands.find((line) => line.startsWith('node agent/try/main.ts'))?.replace('agent/', `${root}/agent/`) ?? ''
  const told = execFileSync('sh', ['-c', command], { cwd: dir, encoding: 'utf8', env })
  const withoutTime = (text: string) => text.replace(/^time: \d+ ms$/m, 'time')
  expect(withoutTime(told)).toBe(withoutTime(printed))
  expect(tried('hello', 'greet')).toMatchObject({ outcome: 'FAILED', result: 'who is it for?' })
})

test('shell', () => {
  expect(tried('report', 'kernel')).toMatchObject({ outcome: 'SUCCEEDED', result: execFileSync('uname', ['-sr'], { encoding: 'utf8' }) })
  expect(tried('report', 'param', ...ada)).toMatchObject({ outcome: 'SUCCEEDED', result: '{"name": "Ada"}' })
  expect(tried('report', 'gone')).toMatchObject({ outcome: 'FAILED', standardError: 'there is no function gone' })
})

test.skipIf(!isThere('node'))('Node (skipped without node on PATH)', () => {
  expect(tried('hello-node', 'greet', ...ada)).toMatchObject({ outcome: 'SUCCEEDED', result: 'hello Ada' })
  expect(tried('hello-node', 'gone')).toMatchObject({ outcome: 'FAILED', standardError: expect.stringContaining('there is no function gone') })
})

/** Go compiles its own library first where nobody has built anything before: minutes on a busy machine. */
const firstBuildMs = 300_000

test.skipIf(!isThere('go'))(
  'Go (skipped without a Go compiler)',
  () => {
    const build = commands.find((line) => line.includes('go build')) ?? ''
    execFileSync('sh', ['-c', build], { cwd: join(dir, 'apps/hello-go') })
    expect(tried('hello-go', 'greet', ...ada)).toMatchObject({ outcome: 'SUCCEEDED', result: 'hello Ada' })
    expect(tried('hello-go', 'gone')).toMatchObject({ outcome: 'FAILED', result: 'there is no function gone' })
  },
  firstBuildMs,
)
