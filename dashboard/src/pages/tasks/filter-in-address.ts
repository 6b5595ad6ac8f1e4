import type { TaskFilter, TaskKind, TaskState } from '../../../generated/operations.ts'
import { useAddress } from '../../parts/use-address.ts'

export const filterNames = ['state', 'kind', 'app', 'agent', 'from', 'to', 'correlation', 'queue', 'late'] as const
export type FilterName = (typeof filterNames)[number]

export interface AddressFilter {
  readonly filter: TaskFilter
  /** The values of one part of the filter. */
  values(name: FilterName): string[]
  set(name: FilterName, values: readonly string[]): void
  clear(): void
}

/** The filter of the tasks stands in the address of the page, so that it can be kept and sent: `?state=FAILED,LOST&app=backup`. */
export function useFilterInAddress(): AddressFilter {
  const { search, values, change } = useAddress()
  const some = <Value extends string>(name: FilterName) => {
    const given = values(name) as Value[]
    return given.length === 0 ? undefined : given
  }
  const one = (name: FilterName) => search.get(name) ?? undefined
  const fields: TaskFilter = {
    states: some<TaskState>('state'),
    kinds: some<TaskKind>('kind'),
    apps: some('app'),
    agents: some('agent'),
    queues: some('queue'),
    requestedFrom: one('from'),
    requestedTo: one('to'),
    correlationId: one('correlation'),
    isLate: one('late') === 'true' ? true : undefined,
  }
  return {
    filter: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    values,
    set: (name, given) => change({ [name]: given }),
    clear: () => change(Object.fromEntries(filterNames.map((name) => [name, null]))),
  }
}
