import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { features } from '@elves/query-service/features.ts'
import { restErrors } from '@elves/query-service/rest-v2/answers.ts'
import { missingEndpoints } from '@elves/query-service/rest-v2/missing-endpoints.ts'
import { expect, test } from 'vitest'

const rows = readFileSync(join(import.meta.dirname, 'rest-v2.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|'))
  .flatMap(([, names = '', answer = '']) => pathsOf(names).map((path) => [path, answer.trim()] as const))

/** The first of a row is in full; those after it may leave out its module. */
function pathsOf(names: string): string[] {
  const [first = '', ...others] = [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
  const module = first.split('/')[0] ?? ''
  return [first, ...others.map((name) => (name.startsWith(`${module}/`) ? name : `${module}/${name}`))].map((name) => `/api/v2/${name}`)
}

test('rest-v2.md has every endpoint, and no other', () => {
  const there = features.flatMap(({ restEndpoints = {} }) => Object.keys(restEndpoints))
  expect(rows.map(([path]) => path).sort()).toEqual([...there, ...Object.keys(missingEndpoints)].sort())
})

test('rest-v2.md has the answer of each endpoint that no feature has yet', () => {
  const answers = new Map(rows)
  for (const [path, code] of Object.entries(missingEndpoints)) expect(answers.get(path)).toBe(`\`[${code}]${restErrors[code]}\``)
})
