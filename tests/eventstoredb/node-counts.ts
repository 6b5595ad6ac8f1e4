/** What the clients of a double asked for, of one connection or of all. */
export interface NodeCounts {
  /** Appends, by whatever call. */
  appends: number
  /** Those of them that came by `BatchAppend`. */
  batchAppends: number
  /** Those that were refused because the node was not ready. */
  refusedAppends: number
  reads: number
  subscriptions: number
  /** Records that subscriptions brought. */
  records: number
  /** Records that reads brought. */
  readRecords: number
  /** Subscriptions that were dropped. */
  drops: number
}

export function noCounts(): NodeCounts {
  return { appends: 0, batchAppends: 0, refusedAppends: 0, reads: 0, subscriptions: 0, records: 0, readRecords: 0, drops: 0 }
}

/** Counts by the names that the connections have given themselves. */
export class CountsByConnection {
  readonly #counts = new Map<string, NodeCounts>()

  of(connection: string): NodeCounts {
    const counts = this.#counts.get(connection) ?? noCounts()
    this.#counts.set(connection, counts)
    return counts
  }

  all(): Readonly<Record<string, NodeCounts>> {
    return Object.fromEntries([...this.#counts].map(([name, counts]) => [name, { ...counts }]))
  }

  total(): NodeCounts {
    const total = noCounts()
    for (const counts of this.#counts.values()) for (const key of Object.keys(total) as (keyof NodeCounts)[]) total[key] += counts[key]
    return total
  }
}
