import { within } from '@elves/core/foundation/waiting.ts'
import type { Bench, ClusterRow, Row } from './bench.ts'
import { type Center, startCenter } from './center.ts'
import type { Results } from './results.ts'
import { throwAllAway } from './throw-away.ts'

/** The longest row takes about 3 minutes with 3 runs. */
const usualLimitMs = 5 * 60_000
const isOver = Symbol('over')

export interface Measuring {
  readonly rows: readonly Row[]
  /** Measured after the standalone has been stopped: if both platforms ran at once, each would distort the other's figures. */
  readonly clusterRows: readonly ClusterRow[]
  readonly bench: Omit<Bench, 'center'>
  /** Aborted where the measuring is interrupted: no further row begins. */
  readonly signal: AbortSignal
  /** A row that takes longer is given up; default 5 minutes, and more with more than 3 runs, more tasks or more agents. */
  readonly rowLimitMs?: number
}

/** Measures one row after the other and adds to the results. A row that fails or does not end leaves the others as they are. */
export async function measure(
  {
    rows,
    clusterRows,
    bench,
    signal,
    rowLimitMs = usualLimitMs * Math.max(1, bench.runs / 3, bench.growthTasks / 20_000, bench.swarmAgents / 2_000),
  }: Measuring,
  results: Results,
): Promise<void> {
  let center: Center | undefined
  const standalone = async () => {
    if (center === undefined) bench.progress('starting the platform in a throw-away data folder')
    center ??= await startCenter()
    return center
  }
  for (const row of rows) {
    const isMeasured = await one(row, async () => row.measure({ ...bench, center: await standalone() }))
    if (!isMeasured) center = undefined
  }
  await center?.stop()
  for (const row of clusterRows) await one(row, () => row.measure(bench))

  async function one({ names }: Row | ClusterRow, work: () => ReturnType<Row['measure']>): Promise<boolean> {
    if (signal.aborted) return false
    try {
      const figures = await within(rowLimitMs, work(), isOver)
      if (figures === isOver) throw new Error(`did not end within ${rowLimitMs / 1000} s`)
      results.rows.push(...figures)
      return true
    } catch (error) {
      if (signal.aborted) return false
      const reason = error instanceof Error ? error.message : String(error)
      bench.progress(`${names.join(', ')}: ${reason}`)
      results.failed.push({ names, reason })
      await throwAllAway()
      return false
    }
  }
}
