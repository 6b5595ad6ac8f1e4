import type { Center } from './center.ts'
import type { Cluster } from './cluster.ts'
import type { Figure } from './figure.ts'

export interface Bench {
  readonly center: Center
  /** How often each measurement and its baseline are taken; the two alternate. */
  readonly runs: number
  readonly progress: (text: string) => void
  /** Tasks of the platform that has grown. */
  readonly growthTasks: number
  /** Folder of that platform, which the first row that needs it makes. */
  readonly growthData: string
  /** Agents that enrol, and come back after a restart of their center. */
  readonly swarmAgents: number
}

/** A measurement that gives one figure, or several that can only be measured together. */
export interface Row {
  readonly names: readonly string[]
  measure(bench: Bench): Promise<readonly Figure[]>
}

/** A measurement on a cluster of one instance of each service, which these rows share. */
export interface OneClusterRow {
  readonly names: readonly string[]
  measure(bench: Omit<Bench, 'center'> & { readonly cluster: Cluster }): Promise<readonly Figure[]>
}

/** A measurement that starts platforms of its own, because it needs them of another size or form. */
export interface OwnRow {
  readonly names: readonly string[]
  /** True: it hardly takes CPU, and is measured beside the rows next to it that do not either. */
  readonly mostlyWaits?: boolean
  measure(bench: Omit<Bench, 'center'>): Promise<readonly Figure[]>
}
