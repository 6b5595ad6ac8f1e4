import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { expect, test } from 'vitest'
import { complaints, shownMetrics } from './metrics.ts'

function complaintsOf(type: string, name: string, series = `${name} 1`): string[] {
  return shownMetrics(`# HELP ${name} Help.\n# TYPE ${name} ${type}\n${series}\n`).flatMap(complaints)
}

// Each of these was compared with promtool check metrics.
test.each([
  ['gauge', 'nodejs_active_handles_total'],
  ['counter', 'elves_things'],
  ['gauge', 'elves_wait_milliseconds'],
  ['counter', 'elves_wait_milliseconds_total'],
  ['gauge', 'elves_things_count'],
  ['gauge', 'elvesThings'],
])('complains about a %s that is called %s', (type, name) => {
  expect(complaintsOf(type, name)).not.toEqual([])
})

test.each([
  ['counter', 'elves_things_total'],
  ['gauge', 'elves_wait_seconds'],
  ['gauge', 'elves_things'],
])('has nothing against a %s that is called %s', (type, name) => {
  expect(complaintsOf(type, name)).toEqual([])
})

test('has nothing against what every service shows', async () => {
  expect(shownMetrics(await serviceRegistry().metrics()).flatMap(complaints)).toEqual([])
})
