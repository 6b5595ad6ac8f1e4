import { useSearchParams } from 'react-router'

export interface Address {
  readonly search: URLSearchParams
  /** The values of a name that has several, with commas between them. */
  values(name: string): string[]
  /** Changes several names in one step, because the router keeps the last step only. Null, '' and no value: the name is left out. */
  change(to: Readonly<Record<string, string | readonly string[] | null>>): void
}

/** What the address of the page says after its `?`: what is chosen there can be kept and sent. */
export function useAddress(): Address {
  const [search, setSearch] = useSearchParams()
  return {
    search,
    values: (name) => (search.get(name) ?? '').split(',').filter((value) => value !== ''),
    change: (to) =>
      setSearch((before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(to)) {
          const text = value === null ? '' : String(value)
          if (text === '') next.delete(name)
          else next.set(name, text)
        }
        return next
      }),
  }
}
