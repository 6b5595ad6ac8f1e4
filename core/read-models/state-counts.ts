import type pg from 'pg'

/** The values of all counters by name, as the projectors keep them. */
export type Counters = ReadonlyMap<string, number>

export async function readCounters(pool: pg.Pool, schema: string): Promise<Counters> {
  const { rows } = await pool.query<{ name: string; value: string }>(`select name, value from ${schema}.counters`)
  return new Map(rows.map(({ name, value }) => [name, Number(value)]))
}

export interface StateCount<State extends string> {
  readonly state: State
  readonly count: number
}

/** Returns how many things of a read model are in each of its states: every state once, in the order of the states. */
export function stateCounts<State extends string>(
  counters: Counters,
  { name, states }: { readonly name: string; readonly states: readonly State[] },
): StateCount<State>[] {
  return states.map((state) => ({ state, count: counters.get(`${name}.${state}`) ?? 0 }))
}
