import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { afterAll, expect, test } from 'vitest'
import { testFolder } from './fixtures/test-app.ts'
import { paramFiles } from './param-files.ts'

const folder = testFolder()
afterAll(() => folder.remove())

test('a parameter is in a file that only this user can read, until it is removed', () => {
  const files = paramFiles(join(folder.dir, 'params'), silentLogger)
  const file = files.write('run', '{"a": 1}')
  expect(readFileSync(file, 'utf8')).toBe('{"a": 1}')
  expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700])
  files.remove('run')
  expect(existsSync(dirname(file))).toBe(false)
  files.close()
})

test('what can not be removed is left: it must not end the agent', () => {
  // The system refuses a name of this length, as it may refuse to remove what a worker put into the folder.
  const unremovable = 'x'.repeat(300)
  const files = paramFiles(join(folder.dir, unremovable), silentLogger)
  files.remove('run')
  files.close()
})
