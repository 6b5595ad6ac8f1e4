import type { Center } from './center.ts'
import type { Figure } from './figure.ts'

export interface Bench {
  readonly center: Center
  /** How often each measurement and its baseline are taken, in turn. */
  readonly runs: number
  readonly progress: (text: string) => void
}

/** A measurement that gives one figure or several which can't be had apart. */
export interface Row {
  readonly names: readonly string[]
  measure(bench: Bench): Promise<readonly Figure[]>
}

/** A measurement on a cluster that it starts itself, because each needs one of another size. */
export interface ClusterRow {
  readonly names: readonly string[]
  measure(bench: Omit<Bench, 'center'>): Promise<readonly Figure[]>
}
