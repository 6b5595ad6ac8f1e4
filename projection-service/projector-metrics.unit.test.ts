import { formatPosition, parsePosition } from '@elves/core/eventing/position.ts'
import { agentStates } from '@elves/core/read-models/agents/agent-view.ts'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { projectorMetrics } from './projector-metrics.ts'

/** Counters of the states that agents are in; a state that never had an agent has none. */
const counters = new Map([
  ['agents.CONNECTED', 2],
  ['agents.OFFLINE', 1],
  ['tasks.LOST', 3],
])

function metrics() {
  const registry = new Registry()
  const database = { isAway: false }
  const unlessAway = async <Value>(value: Value): Promise<Value> => {
    if (database.isAway) throw new Error('away')
    return value
  }
  const handled = projectorMetrics({
    registry,
    store: {
      countAfter: (position: string, limit: number) => unlessAway(Math.min(limit, 7 - parsePosition(position).sequence)),
      readAll: () => unlessAway([{ recordedAt: Date.now() - 3_000 }]),
    } as never,
    projectors: ['tasks'],
    status: () => [{ name: 'tasks', position: formatPosition('abcd1234', 5), state: 'LIVE', error: null }],
    counters: () => unlessAway(counters),
  })
  const series = async (name: string) => (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'))
  return { database, series, handled }
}

test('lag is said in events, and in seconds since the first of them was recorded', async () => {
  const { series } = metrics()
  expect(await series('elves_projector_lag_events')).toEqual(['elves_projector_lag_events{projector="tasks"} 2'])
  const [line = ''] = await series('elves_projector_lag_seconds')
  const seconds = Number(line.split(' ')[1])
  expect(seconds).toBeGreaterThanOrEqual(3)
  expect(seconds).toBeLessThan(300)
})

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
  expect(counts).toHaveLength(agentStates.length)
  expect(counts).toContain('elves_agents{state="CONNECTED"} 2')
  expect(counts).toContain('elves_agents{state="LOST"} 0')
})
