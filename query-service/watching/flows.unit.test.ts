import type { InstanceView } from '@elves/core/read-models/watching.ts'
import { expect, test } from 'vitest'
import { flowsOf } from './flows.ts'

function instance(
  kind: string,
  rates: Record<string, number>,
  gauges: Record<string, number> = {},
  state: InstanceView['state'] = 'READY',
): InstanceView {
  const told = Object.fromEntries(Object.entries(rates).map(([name, perSecond]) => [name, { perSecond, perSecondMax: 2 * perSecond }]))
  return { kind, instance: 'x', host: 'h', version: '1', pid: 1, state, startedAt: 0, lastSeenAt: 0, metrics: { rates: told, gauges } }
}

const between = (instances: readonly InstanceView[], from: string, to: string) =>
  flowsOf(instances).find((flow) => flow.from === from && flow.to === to)

test('adds up what instances count, and leaves out those that are not there', () => {
  const all = [
    instance('query-service', { graphqlRequests: 1, restRequests: 2 }),
    instance('query-service', { graphqlRequests: 4, restRequests: 0 }),
    instance('query-service', { graphqlRequests: 100, restRequests: 100 }, {}, 'GONE'),
  ]
  expect(between(all, 'clients', 'query-service')).toEqual({ from: 'clients', to: 'query-service', perSecond: 7, perSecondMax: 14, lag: null })
})

test('several that project the same log are one flow, and what waits is told', () => {
  const all = [
    instance('projection-service', { projected: 10 }, { projectorLagEvents: 3 }),
    instance('projection-service', { projected: 9 }, { projectorLagEvents: 5 }),
    instance('command-service', { taskEvents: 2 }, { appendWaitingEvents: 1 }),
  ]
  expect(between(all, 'event-store', 'projection-service')).toMatchObject({ perSecond: 10, lag: 5 })
  expect(between(all, 'command-service', 'event-store')).toMatchObject({ perSecond: 2, lag: 1 })
})

test('Kafka is there only where somebody counts for it', () => {
  const without = [instance('command-service', { taskEvents: 1 }), instance('gateway', { framesIn: 1 })]
  expect(flowsOf(without).some(({ from, to }) => from === 'kafka' || to === 'kafka')).toBe(false)
  const relaying = [...without, instance('command-service', { relayed: 6, instructionsProduced: 1 }, { relayLag: 2 })]
  expect(between(relaying, 'event-store', 'kafka')).toMatchObject({ perSecond: 6, lag: 2 })
})
