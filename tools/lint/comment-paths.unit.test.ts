import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { missingCommentPaths } from './comment-paths.ts'

const root = join(import.meta.dirname, '..', '..')
const tree = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }).split('\0')

test('files that comments name are there', () => {
  const sources = tree.filter((path) => path.endsWith('.ts') && !path.includes('/generated/'))
  expect(sources.length).toBeGreaterThan(500)
  const missing = sources.map((path) => [path, missingCommentPaths(root, path, tree)] as const).filter(([, names]) => names.length > 0)
  expect(Object.fromEntries(missing)).toEqual({})
})

test('finds a name of a file or a folder that is not there, and passes over what is no name of ours', () => {
  const dir = mkdtempSync(join(tmpdir(), 'elves-comments-'))
  const text = [
    '/** See design/measured.md, docs/adr/0001, core/nowhere and b.ts; see lint/suspicious/noConsole, /proc/1/stat, <id>/x.md. */',
    "const url = 'http://core/gone.ts' // docs/adr/0002: core/domain/, and/or",
  ].join('\n')
  writeFileSync(join(dir, 'a.ts'), text)
  expect(missingCommentPaths(dir, 'a.ts', ['docs/adr/0001-why.md', 'core/domain/events.ts', 'x/core/domain'])).toEqual([
    'design/measured.md',
    'core/nowhere',
    'docs/adr/0002',
  ])
  rmSync(dir, { recursive: true })
})
