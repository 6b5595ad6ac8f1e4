import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.sql'], { cwd: root, encoding: 'utf8' })
const files = listed.split('\n').filter((file) => /\/migrations\//.test(file) && existsSync(join(root, file)))

/** Two changes that were made beside each other may both take the next number: then nothing starts. */
test.each([...new Set(files.map(dirname))])('the migrations in %s have the numbers from 1 on, each once', (dir) => {
  const numbers = files.filter((file) => dirname(file) === dir).map((file) => Number.parseInt(basename(file), 10))
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1))
})
