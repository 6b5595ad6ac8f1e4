/** What a swarm has seen so far. */
export interface SwarmTotals {
  readonly agents: number
  readonly connected: number
  /** Attempts that the agents took, without duplicates. */
  readonly tasks: number
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  readonly rejected: number
  /** Reports that got a receipt. */
  readonly receipts: number
  readonly duplicates: number
  readonly reconnects: number
  readonly refusals: number
  /** Times that a version of an app was brought, could not be, or was removed. */
  readonly appsInstalled: number
  readonly appsFailed: number
  readonly appsRemoved: number
  /** Of packages that were downloaded. */
  readonly packageBytes: number
  /** When an agent was last welcomed, ms since the epoch; 0: never. */
  readonly welcomedAt: number
}

export type Counters = { -readonly [Name in keyof SwarmTotals]: number }

export function noTotals(): Counters {
  return {
    agents: 0,
    connected: 0,
    tasks: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    rejected: 0,
    receipts: 0,
    duplicates: 0,
    reconnects: 0,
    refusals: 0,
    appsInstalled: 0,
    appsFailed: 0,
    appsRemoved: 0,
    packageBytes: 0,
    welcomedAt: 0,
  }
}

/** Adds up the totals of several processes. */
export function addTotals(parts: Iterable<SwarmTotals>): SwarmTotals {
  const sum = noTotals()
  let welcomedAt = 0
  for (const part of parts) {
    for (const name of Object.keys(sum) as (keyof SwarmTotals)[]) sum[name] += part[name]
    welcomedAt = Math.max(welcomedAt, part.welcomedAt)
  }
  return { ...sum, welcomedAt }
}
