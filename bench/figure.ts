/** One row of the table: the median of the runs beside the median of a raw baseline measured in the same run. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** Null if there is no raw baseline. */
  readonly baseline: number | null
  /** value / baseline. */
  readonly ratio: number | null
  /** Minimum, median and maximum of the runs. */
  readonly runs: readonly [number, number, number]
}

/** Makes a figure from runs that alternated with those of the baseline. */
export function figure(name: string, unit: string, values: readonly number[], baselines: readonly number[]): Figure {
  const value = median(values)
  const baseline = baselines.length === 0 ? null : median(baselines)
  const runs = [Math.min(...values), value, Math.max(...values)].map(round) as [number, number, number]
  const ratio = baseline === null || baseline === 0 ? null : round(value / baseline)
  return { name, unit, value: round(value), baseline: baseline === null ? null : round(baseline), ratio, runs }
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Nearest-rank quantile; `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

/** Keeps three significant digits: these machines can not tell apart more. */
function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3))
}
