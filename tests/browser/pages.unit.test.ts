import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pagePaths } from '@elves/query-service/pages/pages.ts'
import { expect, test } from 'vitest'
import { dashboardPages } from './pages.ts'

const root = join(import.meta.dirname, '../..')

test('every page of the dashboard is served at its own address, and is looked at by the tests', () => {
  const source = readFileSync(join(root, 'dashboard/src/routes.tsx'), 'utf8')
  const routes = ['/', ...[...source.matchAll(/\{ path: '([^/'][^']*)'/g)].map(([, path]) => `/${path}`)].toSorted()
  expect(routes.length).toBeGreaterThan(10)
  expect(pagePaths.toSorted()).toEqual(routes)
  expect(dashboardPages.map(({ path }) => path.replace('ID', ':id')).toSorted()).toEqual(routes)
})
