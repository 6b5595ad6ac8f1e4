import { formatPosition } from '@elves/core/eventing/position.ts'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { projectorMetrics } from './projector-metrics.ts'

const agentsByState = { PENDING: 0, CONNECTED: 2, OFFLINE: 1, LOST: 0, REVOKED: 0, REMOVED: 0 }

function metrics() {
  const registry = new Registry()
  const database = { isAway: false }
  const unlessAway = async <Value>(value: Value): Promise<Value> => {
    if (database.isAway) throw new Error('away')
    return value
  }
  const handled = projectorMetrics({
    registry,
    store: { head: () => unlessAway(formatPosition('abcd1234', 7)) } as never,
    projectors: ['tasks'],
    status: () => [{ name: 'tasks', position: formatPosition('abcd1234', 5), state: 'LIVE', error: null }],
    counters: () => unlessAway({ agentsByState, tasksByState: {} as never, events: 7 }),
  })
  const series = async (name: string) => (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'))
  return { database, series, handled }
}

test.each(['elves_projector_lag_events', 'elves_agents'])(
  '%s is absent while it can not be known, instead of keeping its last value',
  async (name) => {
    const { database, series } = metrics()
    const known = await series(name)
    expect(known.length).toBeGreaterThan(0)
    database.isAway = true
    expect(await series(name)).toEqual([])
    database.isAway = false
    expect(await series(name)).toEqual(known)
  },
)

test('agents are counted by state, those without agents too', async () => {
  const { series } = metrics()
  const counts = await series('elves_agents')
  expect(counts).toHaveLength(Object.keys(agentsByState).length)
  expect(counts).toContain('elves_agents{state="CONNECTED"} 2')
  expect(counts).toContain('elves_agents{state="LOST"} 0')
})
