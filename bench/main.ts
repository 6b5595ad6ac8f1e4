import { Command } from 'commander'
import type { Row } from './bench.ts'
import { startCenter } from './center.ts'
import type { Figure } from './figure.ts'
import { classicWorker } from './rows/classic-worker.ts'
import { eventToSubscription } from './rows/event-to-subscription.ts'
import { fanOut } from './rows/fan-out.ts'
import { footprint } from './rows/footprint.ts'
import { replay } from './rows/replay.ts'
import { taskRoundtrip } from './rows/task-roundtrip.ts'
import { tasksPerSecond } from './rows/tasks-per-second.ts'
import { table } from './table.ts'

/** Idle figures first, on a fresh center; replay last, over all that the others have written. */
const rows: readonly Row[] = [footprint, classicWorker, taskRoundtrip, eventToSubscription, tasksPerSecond, fanOut, replay]
const names = rows.flatMap((row) => row.names)

const program = new Command('npm run bench --')
  .description(`Measures the platform, each figure beside a raw baseline taken in the same run.\n\nNames: ${names.join(', ')}`)
  .argument('[name...]', 'figures to measure (default: all); those that can not be had apart come along')
  .option('--json', 'one JSON line for scripts instead of the table')
  .option('--runs <count>', 'how often each is measured, in turn with its baseline', '3')
  .parse()

const { json = false, runs } = program.opts<{ json?: boolean; runs: string }>()
const unknown = program.args.find((name) => !names.includes(name))
if (unknown !== undefined) program.error(`error: no figure is named ${unknown}; there are ${names.join(', ')}`)
if (!/^[1-9]\d?$/.test(runs)) program.error('error: --runs takes a whole number from 1 to 99')

const progress = (text: string): void => void process.stderr.write(`${text}\n`)
const chosen = program.args.length === 0 ? rows : rows.filter((row) => row.names.some((name) => program.args.includes(name)))
const figures: Figure[] = []
progress('starting the platform in a throw-away data folder')
const center = await startCenter()
try {
  for (const row of chosen) figures.push(...(await row.measure({ center, runs: Number(runs), progress })))
} finally {
  await center.stop()
}
process.stdout.write(json ? `${JSON.stringify({ rows: figures })}\n` : table(figures))
