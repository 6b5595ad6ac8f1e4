import type { InstanceView } from '@elves/core/read-models/watching.ts'

/** What goes from one part of the platform to another. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly perSecond: number
  readonly perSecondMax: number
  readonly lag: number | null
}

interface FlowDefinition {
  readonly from: string
  readonly to: string
  /** Kind of the instances that count it. */
  readonly countedBy: string
  /** Counters that are added up. */
  readonly counters: readonly string[]
  /** What waits there; null: nothing is known to wait. Of several instances it is added up. */
  readonly lag: string | null
  /** Absent: it is there in every shape. */
  readonly onlyWith?: string
}

/** The seed's architecture as arrows. Each number is one that `/metrics` has, too. */
const definitions: readonly FlowDefinition[] = [
  { from: 'clients', to: 'query-service', countedBy: 'query-service', counters: ['graphqlRequests', 'restRequests'], lag: null },
  { from: 'query-service', to: 'command-service', countedBy: 'query-service', counters: ['commands'], lag: null },
  { from: 'command-service', to: 'event-store', countedBy: 'command-service', counters: ['taskEvents'], lag: 'appendWaitingEvents' },
  { from: 'event-store', to: 'kafka', countedBy: 'command-service', counters: ['relayed'], lag: 'relayLag', onlyWith: 'relayed' },
  {
    from: 'command-service',
    to: 'kafka',
    countedBy: 'command-service',
    counters: ['instructionsProduced'],
    lag: null,
    onlyWith: 'instructionsProduced',
  },
  { from: 'kafka', to: 'gateway', countedBy: 'gateway', counters: ['instructionsRead'], lag: null, onlyWith: 'instructionsRead' },
  { from: 'gateway', to: 'agents', countedBy: 'gateway', counters: ['framesOut'], lag: null },
  { from: 'agents', to: 'gateway', countedBy: 'gateway', counters: ['framesIn'], lag: null },
  { from: 'gateway', to: 'event-store', countedBy: 'gateway', counters: ['taskReports'], lag: null },
  { from: 'event-store', to: 'projection-service', countedBy: 'projection-service', counters: ['projected'], lag: 'projectorLagEvents' },
  { from: 'command-service', to: 'webhooks', countedBy: 'command-service', counters: ['webhookAttempts'], lag: null },
]

/** Returns the flows of the instances that are there. Several projection-services project the same log, so the fastest of them counts. */
export function flowsOf(instances: readonly InstanceView[]): readonly Flow[] {
  const here = instances.filter(({ state }) => state === 'READY' || state === 'NOT_READY')
  return definitions.flatMap(({ from, to, countedBy, counters, lag, onlyWith }) => {
    const own = here.filter(({ kind }) => kind === countedBy).map(({ metrics }) => metrics)
    if (onlyWith !== undefined && !own.some(({ rates }) => rates?.[onlyWith])) return []
    const together = countedBy === 'projection-service' ? most : sum
    const rate = (which: 'perSecond' | 'perSecondMax') => together(own.map(({ rates }) => sum(counters.map((name) => rates?.[name]?.[which] ?? 0))))
    const waiting = lag === null ? [] : own.flatMap(({ gauges }) => gauges?.[lag] ?? [])
    return [{ from, to, perSecond: rate('perSecond'), perSecondMax: rate('perSecondMax'), lag: waiting.length === 0 ? null : together(waiting) }]
  })
}

function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, value) => total + value, 0) * 1_000) / 1_000
}

function most(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.max(...values)
}
