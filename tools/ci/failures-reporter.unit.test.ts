import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-failures-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

test('tells each failed test, hook and error outside of tests with its place, and nothing of what passed', async () => {
  await writeFile(
    join(dir, 'sample.test.js'),
    `test('passes', () => {})
test('is wrong', () => expect({ a: 1 }).toEqual({ a: 2 }))
describe('a group', () => { beforeAll(() => { throw new Error('no server') }); test('is never run', () => {}) })
test('leaves something behind', async () => {
  setTimeout(() => { throw new Error('too late') }, 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
})`,
  )
  const failures = join(dir, 'failures.txt')
  await vitest(failures)
  const told = await readFile(failures, 'utf8')
  expect(told.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([
    expect.stringMatching(/sample\.test\.js > a group$/),
    expect.stringMatching(/sample\.test\.js > is wrong$/),
    'FAILED outside of a test',
  ])
  expect(told).toContain('  no server')
  expect(told).toContain('-   "a": 2')
  expect(told).toContain('  too late')
})

/** Runs the folder's tests, whatever they come to. */
function vitest(failures: string): Promise<void> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const args = [cli, 'run', '--globals', '--root', dir, `--reporter=${join(import.meta.dirname, 'failures-reporter.ts')}`]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { PATH: process.env['PATH'], CI_FAILURES: failures } }, () => resolve())
  })
}
