import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const text = (...path: readonly string[]) => readFileSync(join(import.meta.dirname, ...path), 'utf8')

test.each(['elves.rules.yml', 'elves.rules.test.yml', 'grafana-dashboard.json'])('every metric that %s names is one that a service shows', (file) => {
  const documented = new Set(text('..', 'reference', 'metrics.md').match(/`elves_\w+`/g))
  const used = new Set(text(file).match(/\belves_\w+/g))
  expect(used.size).toBeGreaterThan(5)
  expect([...used].filter((name) => !documented.has(`\`${name.replace(/_(bucket|sum|count)$/, '')}\``))).toEqual([])
})

test('every alert has a case in which it fires', () => {
  const alerts = [...text('elves.rules.yml').matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name)
  expect(alerts.length).toBeGreaterThan(10)
  expect(alerts.filter((name) => !text('elves.rules.test.yml').includes(name))).toEqual([])
})
