/**
 * A map that only grows, for states: adding makes a new value and leaves the old one as it is. It is kept as a few maps, each at least
 * twice as large as the next, so that 100 000 entries that are added one by one are copied 17 times each and not 100 000 times.
 */
export interface Lookup<Value> {
  readonly size: number
  get(key: string): Value | undefined
  with(entries: ReadonlyMap<string, Value>): Lookup<Value>
}

export const emptyLookup: Lookup<never> = lookupOf([])

function lookupOf<Value>(maps: readonly ReadonlyMap<string, Value>[]): Lookup<Value> {
  return {
    size: maps.reduce((sum, { size }) => sum + size, 0),
    get(key) {
      for (const map of maps) {
        const value = map.get(key)
        if (value !== undefined) return value
      }
      return undefined
    },
    with(entries) {
      if (entries.size === 0) return this
      const kept = [...maps]
      let last = entries
      for (let before = kept.at(-1); before && before.size < last.size * 2; before = kept.at(-1)) {
        last = new Map([...before, ...last])
        kept.pop()
      }
      return lookupOf([...kept, last])
    },
  }
}
