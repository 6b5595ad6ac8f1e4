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
  /**
   * How long all rows may take together; default without end. A row that begins late is measured once, and one that would begin after
   * the end is not measured.
   */
  readonly limitMs?: number
  /** ms; default the clock of this process. */
  readonly now?: () => number
}

/** What a row that begins has at least, however late it is. */
const leastMs = 60_000

/** Measures one row after the other and adds to the results. A row that fails or does not end leaves the others as they are. */
export async function measure(
  {
    rows,
    clusterRows,
    bench,
    signal,
    rowLimitMs = usualLimitMs * Math.max(1, bench.runs / 3, bench.growthTasks / 20_000, bench.swarmAgents / 2_000),
    limitMs = Number.POSITIVE_INFINITY,
    now = () => performance.now(),
  }: Measuring,
  results: Results,
): Promise<void> {
  let center: Center | undefined
  const beganAt = now()
  const all = rows.length + clusterRows.length
  let begun = 0
  const standalone = async () => {
    if (center === undefined) bench.progress('starting the platform in a throw-away data folder')
    center ??= await startCenter()
    return center
  }
  for (const row of rows) {
    const isMeasured = await one(row, async (runs) => row.measure({ ...bench, runs, center: await standalone() }))
    if (!isMeasured) center = undefined
  }
  await center?.stop()
  for (const row of clusterRows) await one(row, (runs) => row.measure({ ...bench, runs }))

  async function one({ names }: Row | ClusterRow, work: (runs: number) => ReturnType<Row['measure']>): Promise<boolean> {
    if (signal.aborted) return false
    const took = now() - beganAt
    const isLate = begun > 0 && took / limitMs > begun / all
    begun += 1
    if (took > limitMs) {
      results.failed.push({ names, reason: `not begun within ${limitMs / 60_000} minutes` })
      return true
    }
    if (isLate) bench.progress(`${names.join(', ')}: measured once, for want of time`)
    const mostMs = Math.min(rowLimitMs, Math.max(leastMs, limitMs - took))
    try {
      const figures = await within(mostMs, work(isLate ? 1 : bench.runs), isOver)
      if (figures === isOver) throw new Error(`did not end within ${Math.round(mostMs / 1000)} s`)
      results.rows.push(...figures)
      bench.progress(`${names.join(', ')}: measured in ${Math.round((now() - beganAt - took) / 1000)} s`)
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
