import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, expect, test } from 'vitest'
import { examplesDir, putApp, testFolder } from '../runner/fixtures/test-app.ts'

const folder = testFolder()
const program = join(import.meta.dirname, 'main.ts')
const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ELVES_AGENT_APPS_DIR: examplesDir,
  ELVES_AGENT_DATA_DIR: join(folder.dir, 'data'),
  ELVES_AGENT_WORKER_NICE: '0',
  NODE_COMPILE_CACHE: join(folder.dir, 'compile-cache'),
}
afterAll(() => folder.remove())

function tried(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env, cwd: folder.dir })
  return { status, stdout, stderr }
}

test('a run that succeeds: flag, result, exit code, time, standard error, and exit status 0', () => {
  const { status, stdout } = tried('apptest', 'echo', '--param', '{"my": "ü"}')
  expect(stdout).toMatch(/^SUCCEEDED\nflag: true\nresult: \{"my": "ü"\}\nexit code: 0\ntime: \d+ ms\nstandard error: nothing\n$/)
  expect(status).toBe(0)
  expect(existsSync(env.ELVES_AGENT_DATA_DIR)).toBe(false)
})

test('a run that fails says why, and has exit status 1', () => {
  const { status, stdout } = tried('apptest', 'crash', '--param', '{"code": 3}')
  expect(stdout).toMatch(/^FAILED WORKER_EXIT\nflag: none\n[\s\S]*\nexit code: 3\n[\s\S]*standard error, 19 bytes:\ncrashing, as asked\nwhy: /)
  expect(status).toBe(1)
  expect(tried('apptest', 'slow', '--param', '{"seconds": 60}', '--timeout', '300').stdout).toMatch(
    /^TIMED_OUT RUN_TIMEOUT\n[\s\S]*exit signal: SIGTERM/,
  )
  expect(tried('gone', 'x')).toMatchObject({ status: 1, stdout: expect.stringContaining('app [gone] not install !') })
})

test('an app may be given by its folder, and what is printed be JSON', () => {
  putApp(folder.dir, 'mine', { 'elves.json': '{"worker": {"mode": "plain"}}', 'app-worker.sh': '#!/bin/sh\ncat\nexit 2\n' })
  const { status, stdout } = tried('./mine', 'x', '--param', '[1]', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'FAILED', flag: null, exitCode: 2, failure: { code: 'WORKER_EXIT' } })
  expect(status).toBe(1)
})

test('--help tells what there is, and a wrong command line has exit status 2', () => {
  expect(tried('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/--param <json>[\s\S]*Exit status/) })
  for (const args of [
    ['apptest', 'echo', '--param', '{'],
    ['apptest', 'echo', '--nope'],
  ]) {
    expect(tried(...args).status, args.join(' ')).toBe(2)
  }
})

test('Ctrl-C kills the run', async () => {
  const mark = join(folder.dir, 'mark')
  const child = spawn(process.execPath, [program, 'apptest', 'mark', '--param', JSON.stringify({ file: mark, seconds: 60 })], { env })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await waitFor(() => existsSync(mark))
  child.kill('SIGINT')
  await once(child, 'close')
  expect(said).toMatch(/^CANCELLED\n/)
  expect(child.exitCode).toBe(1)
})
