import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const most = 400
/** An auditor takes one file. */
const inOnePiece = 'tools/audit/verify.py'

test(`no file of ours is over ${most} lines, generated ones excepted`, () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  const sources = listed
    .split('\n')
    .filter((file) => file !== inOnePiece && /\.(ts|py|sql|mjs|sh|graphql|css|html)$/.test(file) && !/(^|\/)generated\/|\.generated\./.test(file))
  expect(sources.length).toBeGreaterThan(100)
  const long = sources.filter((file) => existsSync(join(root, file)) && linesOf(file) > most)
  expect(long).toEqual([])
})

function linesOf(file: string): number {
  return readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length
}
