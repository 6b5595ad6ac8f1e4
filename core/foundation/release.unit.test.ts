import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { release } from './release.ts'

const root = join(import.meta.dirname, '..', '..')

function read<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Content
}

test('one place has the version: no workspace has one of its own', () => {
  const { version, workspaces } = read<{ version: string; workspaces: string[] }>('package.json')
  expect(release).toBe(version)
  expect(workspaces.filter((name) => read<{ version?: string }>(`${name}/package.json`).version !== undefined)).toEqual([])
})

test('the release is not older than the last one that has schemas', () => {
  const { releases } = read<{ releases: { release: string }[] }>('schemas/released/released.json')
  const numbers = (text: string) => text.split('.').map(Number)
  const versions = [...releases.map((entry) => entry.release), release]
  expect(versions.toSorted((a, b) => numbers(a).reduce((found, number, at) => found || number - (numbers(b)[at] ?? 0), 0)).at(-1)).toBe(release)
})
