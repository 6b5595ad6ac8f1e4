import { within } from '@elves/core/foundation/waiting.ts'
import type { Bench, OneClusterRow, OwnRow, Row } from './bench.ts'
import { startCenter } from './center.ts'
import { startCluster } from './cluster.ts'
import type { Figure } from './figure.ts'
import type { Results } from './results.ts'
import { throwAllAway } from './throw-away.ts'

/** The longest row takes about 3 minutes with 3 runs. */
const usualLimitMs = 5 * 60_000
const isOver = Symbol('over')

export interface Measuring {
  readonly rows: readonly Row[]
  /** Measured after the standalone has been stopped: if both platforms ran at once, each would distort the other's figures. */
  readonly oneClusterRows: readonly OneClusterRow[]
  /** Measured after that cluster has been stopped. */
  readonly ownRows: readonly OwnRow[]
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
    oneClusterRows,
    ownRows,
    bench,
    signal,
    rowLimitMs = usualLimitMs * Math.max(1, bench.runs / 3, bench.growthTasks / 20_000, bench.swarmAgents / 2_000),
    limitMs = Number.POSITIVE_INFINITY,
    now = () => performance.now(),
  }: Measuring,
  results: Results,
): Promise<void> {
  const beganAt = now()
  const all = rows.length + oneClusterRows.length + ownRows.length
  let begun = 0

  const center = shared(() => {
    bench.progress('starting the platform in a throw-away data folder')
    return startCenter()
  })
  for (const row of rows) await apart(center, row.names, async (runs) => row.measure({ ...bench, runs, center: await center.get() }))
  await (await center.started())?.stop()
  const cluster = shared(() => {
    bench.progress('starting a cluster in a throw-away data folder')
    return startCluster()
  })
  for (const row of oneClusterRows) await apart(cluster, row.names, async (runs) => row.measure({ ...bench, runs, cluster: await cluster.get() }))
  await (await cluster.started())?.remove()
  for (const some of besideEachOther(ownRows)) {
    const measured = await Promise.all(some.map((row) => one(row.names, (runs) => row.measure({ ...bench, runs }))))
    if (measured.includes(false)) await stopped()
  }

  async function apart(platform: Shared<unknown>, names: readonly string[], work: (runs: number) => Promise<readonly Figure[]>): Promise<void> {
    if (await one(names, work)) return
    platform.forget()
    await stopped()
  }

  /** Who interrupts stops what runs. */
  async function stopped(): Promise<void> {
    if (!signal.aborted) await throwAllAway()
  }

  /** Returns false if it may have left something running. */
  async function one(names: readonly string[], work: (runs: number) => Promise<readonly Figure[]>): Promise<boolean> {
    if (signal.aborted) return false
    const took = now() - beganAt
    const isLate = begun > 0 && took / limitMs > begun / all
    begun += 1
    if (took > limitMs) {
      results.failed.push({ names, reason: `not begun within ${limitMs / 60_000} minutes` })
      return true
    }
    if (isLate && bench.runs > 1) bench.progress(`${names.join(', ')}: measured once, for want of time`)
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
      return false
    }
  }
}

/** A platform that several rows share: started when the first one asks for it, and anew after a row that failed. */
interface Shared<Platform> {
  get(): Promise<Platform>
  /** Null: nobody asked for it. */
  started(): Promise<Platform | null>
  forget(): void
}

function shared<Platform>(start: () => Promise<Platform>): Shared<Platform> {
  let starting: Promise<Platform> | null = null
  return {
    get() {
      starting ??= start()
      return starting
    },
    started: async () => starting,
    forget() {
      starting = null
    },
  }
}

/** The rows in their order; those next to each other that mostly wait are one group. */
function besideEachOther(rows: readonly OwnRow[]): readonly (readonly OwnRow[])[] {
  const groups: OwnRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (row.mostlyWaits && last?.at(-1)?.mostlyWaits) last.push(row)
    else groups.push([row])
  }
  return groups
}
