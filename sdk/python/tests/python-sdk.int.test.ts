import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const sdkDir = join(import.meta.dirname, '..')

test('the Python worker keeps its promises (python3 -m unittest)', () => {
  const done = spawnSync('python3', ['-m', 'unittest', 'discover', '-s', 'tests', '-t', '.'], { cwd: sdkDir, encoding: 'utf8' })
  expect(done.stderr).toMatch(/^Ran \d\d+ tests/m)
  expect(done.status, done.stderr).toBe(0)
})

test('every copy of app-worker.py is the same, byte for byte', () => {
  const worker = readFileSync(join(sdkDir, 'app-worker.py'))
  for (const copy of ['elves_worker/app_worker.py', '../../examples/apptest/app-worker.py']) {
    expect(readFileSync(join(sdkDir, copy)).equals(worker), copy).toBe(true)
  }
})
