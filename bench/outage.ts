import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, figure } from './figure.ts'
import { cpuMs } from './process-usage.ts'

/** A platform that has settled, and how to take something away from it. */
export interface OutageOf {
  /** Process ids by the names that their lines in the log begin with; a log of one process has no names, so any name does. */
  readonly pids: Readonly<Record<string, number>>
  readonly logFile: string
  begin(): Promise<void>
  end(): Promise<void>
  /** Returns true once the platform can do its work again. */
  works(): Promise<boolean>
}

export interface ProcessInOutage {
  readonly name: string
  /** From the beginning of the outage until the platform works again, and has settled. */
  readonly lines: number
  /** Of a core, in %, while the outage lasts. */
  readonly cpuPercent: number
  /** The same before it. */
  readonly idlePercent: number
}

const settledMs = 10_000
const longestRestMs = 60_000

export async function outage({ pids, logFile, begin, end, works }: OutageOf, seconds: number): Promise<readonly ProcessInOutage[]> {
  await delay(settledMs)
  const names = Object.keys(pids)
  const cpu = () => Promise.all(Object.values(pids).map(cpuMs))
  const atRest = await cpu()
  const restMs = Math.min(longestRestMs, seconds * 1000)
  await delay(restMs)
  const from = (await lines(logFile)).length
  const before = await cpu()
  await begin()
  await delay(seconds * 1000)
  const after = await cpu()
  await end()
  while (!(await works().catch(() => false))) await delay(500)
  await delay(settledMs)
  const said = (await lines(logFile)).slice(from)
  if (process.env['BENCH_OUTAGE_LOG']) process.stderr.write(`${said.join('\n')}\n`)
  const linesOf = (name: string) => (names.length === 1 ? said : said.filter((line) => line.startsWith(`${name} `))).length
  return names.map((name, index) => ({
    name,
    lines: linesOf(name),
    cpuPercent: ((after[index] ?? 0) - (before[index] ?? 0)) / seconds / 10,
    idlePercent: ((before[index] ?? 0) - (atRest[index] ?? 0)) / (restMs / 100),
  }))
}

async function lines(logFile: string): Promise<readonly string[]> {
  return (await readFile(logFile, 'utf8')).split('\n').filter((line) => line !== '')
}

/** The most that any of the processes wrote, and the most CPU that any of them took; baseline: that process before the outage. */
export function outageFigures(what: string, processes: readonly ProcessInOutage[], progress: (text: string) => void): Figure[] {
  for (const { name, lines, cpuPercent, idlePercent } of processes) {
    progress(`without ${what}: ${name} wrote ${lines} lines, took ${cpuPercent.toFixed(2)} % of a core, and before ${idlePercent.toFixed(2)} %`)
  }
  const busiest = processes.toSorted((one, other) => other.cpuPercent - one.cpuPercent).slice(0, 1)
  return [
    figure(`outage-${what}-lines`, 'lines', [Math.max(...processes.map(({ lines }) => lines))], []),
    figure(
      `outage-${what}-cpu`,
      '% of a core',
      busiest.map(({ cpuPercent }) => cpuPercent),
      busiest.map(({ idlePercent }) => idlePercent),
    ),
  ]
}
