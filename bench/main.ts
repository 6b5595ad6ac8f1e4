import { commandLine } from '@elves/core/foundation/command-line.ts'
import type { ClusterRow, Row } from './bench.ts'
import type { Figure } from './figure.ts'
import { measure } from './measuring.ts'
import { noResults, readResults } from './results.ts'
import { classicWorker } from './rows/classic-worker.ts'
import { clusterMessagesPerTask } from './rows/cluster-messages-per-task.ts'
import { clusterTasksPerSecond } from './rows/cluster-tasks-per-second.ts'
import { eventToSubscription } from './rows/event-to-subscription.ts'
import { eventStoreDbRow } from './rows/eventstoredb.ts'
import { fanOut } from './rows/fan-out.ts'
import { footprint } from './rows/footprint.ts'
import { growth } from './rows/growth.ts'
import { kafkaEventToSubscription } from './rows/kafka-event-to-subscription.ts'
import { kafkaTaskRoundtrip } from './rows/kafka-roundtrip.ts'
import { outputMegabytesPerSecond } from './rows/output-megabytes-per-second.ts'
import { queueTasksPerSecond } from './rows/queue-tasks-per-second.ts'
import { relayRow } from './rows/relay.ts'
import { replay } from './rows/replay.ts'
import { rollingRestartRow } from './rows/rolling-restart.ts'
import { scheduleFires } from './rows/schedule-fires.ts'
import { scheduleLateness } from './rows/schedule-lateness.ts'
import { schedulesIdle } from './rows/schedules-idle.ts'
import { taskRoundtrip } from './rows/task-roundtrip.ts'
import { tasksPerSecond } from './rows/tasks-per-second.ts'
import { webhookDeliveries } from './rows/webhook-deliveries.ts'
import { comparison, table } from './table.ts'
import { stopOnSignal } from './throw-away.ts'

/** Idle figures come first, on a fresh center; replay comes last, over everything that the others have written, before what leaves schedules behind. */
const rows: readonly Row[] = [
  footprint,
  classicWorker,
  taskRoundtrip,
  eventToSubscription,
  tasksPerSecond,
  queueTasksPerSecond,
  fanOut,
  outputMegabytesPerSecond,
  webhookDeliveries,
  scheduleLateness,
  scheduleFires,
  replay,
  schedulesIdle,
]
const clusterRows: readonly ClusterRow[] = [
  growth,
  eventStoreDbRow,
  kafkaTaskRoundtrip,
  kafkaEventToSubscription,
  clusterMessagesPerTask,
  clusterTasksPerSecond,
  relayRow,
  rollingRestartRow,
]
const names = [...rows, ...clusterRows].flatMap((row) => row.names)

const meaning = `Measures the platform, each figure beside a raw baseline taken in the same run.\n\nNames: ${names.join(', ')}`
const program = commandLine('npm run bench --', meaning)
  .argument('[name...]', 'figures to measure (default: all); those that can not be had apart come along')
  .option('--json', 'one JSON line for scripts instead of the table; when interrupted, with what was measured so far')
  .option('--compare <file>', 'show the figures beside those of an earlier run, of which <file> has the JSON line')
  .option('--runs <count>', 'how often each is measured, in turn with its baseline', '3')
  .option('--growth-tasks <count>', 'tasks of the platform that has grown; a million take an hour', '20000')
  .parse()

const { json = false, compare, runs, growthTasks } = program.opts<{ json?: boolean; compare?: string; runs: string; growthTasks: string }>()
const unknown = program.args.find((name) => !names.includes(name))
if (unknown !== undefined) program.error(`error: no figure is named ${unknown}; there are ${names.join(', ')}`)
if (!/^[1-9]\d?$/.test(runs)) program.error('error: --runs takes a whole number from 1 to 99')
if (!/^[1-9]\d{2,7}$/.test(growthTasks)) program.error('error: --growth-tasks takes a whole number from 100 to 99999999')
const before = compare === undefined ? null : earlier(compare)

const bench = { runs: Number(runs), growthTasks: Number(growthTasks), progress: (text: string): void => void process.stderr.write(`${text}\n`) }
const isChosen = (row: { readonly names: readonly string[] }) => program.args.length === 0 || row.names.some((name) => program.args.includes(name))
const results = noResults()
const interrupted = new AbortController()
stopOnSignal(() => {
  bench.progress('interrupted: stopping what was started')
  results.interrupted = true
  interrupted.abort()
  print()
}, process.env)
await measure({ rows: rows.filter(isChosen), clusterRows: clusterRows.filter(isChosen), bench, signal: interrupted.signal }, results)
if (!results.interrupted) {
  print()
  process.exitCode = results.failed.length > 0 ? 1 : 0
}

function earlier(file: string): readonly Figure[] {
  try {
    return readResults(file)
  } catch (error) {
    return program.error(`error: --compare: ${error instanceof Error ? error.message : error}`)
  }
}

function print(): void {
  if (json) process.stdout.write(`${JSON.stringify({ ...results, ...(before === null ? {} : { before }) })}\n`)
  else process.stdout.write(before === null ? table(results.rows) : comparison(before, results.rows))
}
