import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentedMetrics } from '@elves/tests/support/documented-metrics.ts'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const named = ['core', 'command-service', 'projection-service', 'query-service', 'standalone']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('node_modules'))
  .flatMap((path) => readFileSync(path, 'utf8').match(/(?<=')elves_[a-z_]+(?=')/g) ?? [])
  .filter((name) => !['elves_read', 'elves_commit', 'elves_at_'].includes(name))

// Where each is, with its labels, is compared with real services in tests/e2e/metrics.e2e.test.ts.
test('metrics.md has every metric that the code has, in the order of names, and no other', () => {
  expect(documentedMetrics().map(({ name }) => name)).toEqual([...new Set(named)].toSorted())
})
