import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { figure } from './figure.ts'
import { noResults, readResults } from './results.ts'
import { comparison } from './table.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elves-results-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function written(text: string): string {
  const file = join(folder, 'before.json')
  writeFileSync(file, text)
  return file
}

test('reads the figures of an earlier run among the lines of npm', () => {
  const rows = [figure('x', 'ms', [2], [1])]
  const file = written(`\n> bench\n> node bench/main.ts --json\n\n${JSON.stringify({ ...noResults(), rows })}\n`)
  expect(readResults(file)).toEqual(rows)
})

test('refuses a file without figures', () => {
  expect(() => readResults(written('{ "rows": 3 }\n{ half'))).toThrow('no line of --json')
  expect(() => readResults(join(folder, 'missing.json'))).toThrow('ENOENT')
})

test('shows two runs side by side, with rows that only one of them has', () => {
  const before = [figure('kept', 'ms', [20], [4]), figure('gone', 'ms', [1], [])]
  const now = [figure('kept', 'ms', [10], [4]), figure('new', 'ms', [3], [1])]
  expect(comparison(before, now).split('\n')).toEqual([
    'name  unit  before  now  now / before  ratio before  ratio now',
    'kept  ms    20      10   0.5           5 ×           2.5 ×',
    'new   ms    –       3    –             –             3 ×',
    'gone  ms    1       –    –             –             –',
    '',
  ])
})
