import { commandLine } from '@elves/core/foundation/command-line.ts'
import type { ClusterRow, Row } from './bench.ts'
import { startCenter } from './center.ts'
import type { Figure } from './figure.ts'
import { classicWorker } from './rows/classic-worker.ts'
import { clusterTasksPerSecond } from './rows/cluster-tasks-per-second.ts'
import { eventToSubscription } from './rows/event-to-subscription.ts'
import { fanOut } from './rows/fan-out.ts'
import { footprint } from './rows/footprint.ts'
import { kafkaEventToSubscription } from './rows/kafka-event-to-subscription.ts'
import { kafkaTaskRoundtrip } from './rows/kafka-roundtrip.ts'
import { relayRow } from './rows/relay.ts'
import { replay } from './rows/replay.ts'
import { rollingRestartRow } from './rows/rolling-restart.ts'
import { taskRoundtrip } from './rows/task-roundtrip.ts'
import { tasksPerSecond } from './rows/tasks-per-second.ts'
import { table } from './table.ts'
import { stopOnSignal } from './throw-away.ts'

/** Idle figures come first, on a fresh center; replay comes last, over everything that the others have written. */
const rows: readonly Row[] = [footprint, classicWorker, taskRoundtrip, eventToSubscription, tasksPerSecond, fanOut, replay]
const clusterRows: readonly ClusterRow[] = [kafkaTaskRoundtrip, kafkaEventToSubscription, clusterTasksPerSecond, relayRow, rollingRestartRow]
const names = [...rows, ...clusterRows].flatMap((row) => row.names)

const meaning = `Measures the platform, each figure beside a raw baseline taken in the same run.\n\nNames: ${names.join(', ')}`
const program = commandLine('npm run bench --', meaning)
  .argument('[name...]', 'figures to measure (default: all); those that can not be had apart come along')
  .option('--json', 'one JSON line for scripts instead of the table')
  .option('--runs <count>', 'how often each is measured, in turn with its baseline', '3')
  .parse()

const { json = false, runs } = program.opts<{ json?: boolean; runs: string }>()
const unknown = program.args.find((name) => !names.includes(name))
if (unknown !== undefined) program.error(`error: no figure is named ${unknown}; there are ${names.join(', ')}`)
if (!/^[1-9]\d?$/.test(runs)) program.error('error: --runs takes a whole number from 1 to 99')

const bench = { runs: Number(runs), progress: (text: string): void => void process.stderr.write(`${text}\n`) }
stopOnSignal(bench.progress)
const isChosen = (row: { readonly names: readonly string[] }) => program.args.length === 0 || row.names.some((name) => program.args.includes(name))
const figures: Figure[] = []
if (rows.some(isChosen)) {
  bench.progress('starting the platform in a throw-away data folder')
  const center = await startCenter()
  try {
    for (const row of rows.filter(isChosen)) figures.push(...(await row.measure({ ...bench, center })))
  } finally {
    await center.stop()
  }
}
// The standalone is stopped by now: if both platforms ran at once, each would distort the other's figures.
for (const row of clusterRows.filter(isChosen)) figures.push(...(await row.measure(bench)))
process.stdout.write(json ? `${JSON.stringify({ rows: figures })}\n` : table(figures))
