import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import type { OneClusterRow, OwnRow, Row } from './bench.ts'
import { startChild } from './child.ts'
import type { Figure } from './figure.ts'
import { measure } from './measuring.ts'
import { noResults, readResults } from './results.ts'
import { auditRow } from './rows/audit.ts'
import { besideWorkers } from './rows/beside-workers.ts'
import { classicWorker } from './rows/classic-worker.ts'
import { clusterMessagesPerTask } from './rows/cluster-messages-per-task.ts'
import { clusterTasksPerSecond, twoCommandServices } from './rows/cluster-tasks-per-second.ts'
import { enrolments } from './rows/enrolments.ts'
import { eventToSubscription } from './rows/event-to-subscription.ts'
import { eventStoreDbRow } from './rows/eventstoredb.ts'
import { eventStoreDbDrops } from './rows/eventstoredb-drops.ts'
import { fanOut } from './rows/fan-out.ts'
import { firstStart } from './rows/first-start.ts'
import { footprint } from './rows/footprint.ts'
import { frozenLeader } from './rows/frozen-leader.ts'
import { growth } from './rows/growth.ts'
import { kafkaEventToSubscription } from './rows/kafka-event-to-subscription.ts'
import { kafkaTaskRoundtrip } from './rows/kafka-roundtrip.ts'
import { listsOfAUser } from './rows/lists-of-a-user.ts'
import { outageOfEventStoreDb, outageOfKafka, outageOfPostgres } from './rows/outages.ts'
import { outputMegabytesPerSecond } from './rows/output-megabytes-per-second.ts'
import { queueTasksPerSecond } from './rows/queue-tasks-per-second.ts'
import { relayRow } from './rows/relay.ts'
import { replay } from './rows/replay.ts'
import { revocations } from './rows/revocations.ts'
import { rollingRestartRow } from './rows/rolling-restart.ts'
import { rollout } from './rows/rollout.ts'
import { scheduleFires } from './rows/schedule-fires.ts'
import { scheduleLateness } from './rows/schedule-lateness.ts'
import { schedulesIdle } from './rows/schedules-idle.ts'
import { selectorRow } from './rows/selector.ts'
import { signedTaskRoundtrip } from './rows/signed-task-roundtrip.ts'
import { taskRoundtrip } from './rows/task-roundtrip.ts'
import { tasksPerSecond } from './rows/tasks-per-second.ts'
import { usersTaskRoundtrip } from './rows/users-task-roundtrip.ts'
import { webhookDeliveries } from './rows/webhook-deliveries.ts'
import { comparison, table } from './table.ts'
import { stopOnSignal, throwAllAway, throwAway } from './throw-away.ts'

/** Idle figures come first, on a fresh center; replay comes last, over everything that the others have written, before what leaves schedules behind. */
const rows: readonly Row[] = [
  footprint,
  classicWorker,
  taskRoundtrip,
  signedTaskRoundtrip,
  usersTaskRoundtrip,
  eventToSubscription,
  tasksPerSecond,
  queueTasksPerSecond,
  fanOut,
  outputMegabytesPerSecond,
  webhookDeliveries,
  rollout,
  scheduleLateness,
  scheduleFires,
  auditRow,
  replay,
  schedulesIdle,
]
const oneClusterRows: readonly OneClusterRow[] = [
  clusterMessagesPerTask,
  kafkaTaskRoundtrip,
  kafkaEventToSubscription,
  clusterTasksPerSecond,
  relayRow,
]
/** What is longest comes last, and is what a slow machine has no time for. */
const ownRows: readonly OwnRow[] = [
  twoCommandServices,
  eventStoreDbRow,
  enrolments,
  growth,
  listsOfAUser,
  besideWorkers,
  revocations,
  selectorRow,
  rollingRestartRow,
  eventStoreDbDrops,
  frozenLeader,
  firstStart,
  outageOfPostgres,
  outageOfEventStoreDb,
  outageOfKafka,
]
const names = [...rows, ...oneClusterRows, ...ownRows].flatMap((row) => row.names)

const meaning = `Measures the platform, each figure beside a raw baseline taken in the same run.\n\nNames: ${names.join(', ')}`
const program = commandLine('npm run bench --', meaning)
  .argument('[name...]', 'figures to measure (default: all); those that can not be had apart come along')
  .option('--json', 'one JSON line for scripts instead of the table; when interrupted, with what was measured so far')
  .option('--compare <file>', 'show the figures beside those of an earlier run, of which <file> has the JSON line')
  .option('--runs <count>', 'how often each is measured, in turn with its baseline (default: 1 for all rows, 3 for those that are named)')
  .option(
    '--minutes <count>',
    'how long all rows may take: one that begins late is measured once, one that would begin after that is named (default: 15 for all rows, else without end)',
  )
  .option(
    '--store <store>',
    'postgres, or eventstoredb: the one that ELVES_TEST_EVENTSTOREDB names, else a double whose times mean little',
    'postgres',
  )
  .option('--growth-tasks <count>', 'tasks of the platform that has grown; a million take some ten minutes', '20000')
  .option('--growth-data <folder>', 'where that platform is kept, and taken from where it is there (default: thrown away at the end)')
  .option('--swarm-agents <count>', 'simulated agents that enrol, and come back after a restart of their center', '1000')
  .parse()

interface Options {
  readonly json?: boolean
  readonly compare?: string
  readonly runs?: string
  readonly minutes?: string
  readonly growthTasks: string
  readonly growthData?: string
  readonly swarmAgents: string
  readonly store: string
}
const {
  json = false,
  compare,
  runs = program.args.length === 0 ? '1' : '3',
  minutes = usualMinutes(program.args),
  growthTasks,
  growthData = null,
  swarmAgents,
  store,
} = program.opts<Options>()
const unknown = program.args.find((name) => !names.includes(name))
if (unknown !== undefined) program.error(`error: no figure is named ${unknown}; there are ${names.join(', ')}`)
if (!/^[1-9]\d?$/.test(runs)) program.error('error: --runs takes a whole number from 1 to 99')
if (minutes !== null && !/^[1-9]\d{0,3}$/.test(minutes)) program.error('error: --minutes takes a whole number from 1 to 9999')
if (!/^[1-9]\d{2,7}$/.test(growthTasks)) program.error('error: --growth-tasks takes a whole number from 100 to 99999999')
if (!/^[1-9]\d{0,5}$/.test(swarmAgents)) program.error('error: --swarm-agents takes a whole number from 1 to 999999')
if (store !== 'postgres' && store !== 'eventstoredb') program.error('error: --store takes postgres or eventstoredb')
const before = compare === undefined ? null : earlier(compare)

const grown = growthData ?? join(tmpdir(), `elves-bench-${randomUUID()}`)
const removeGrown = throwAway(async () => {
  if (growthData !== null) return
  await removeDataFolder(join(grown, 'postgres'))
  await rm(grown, { recursive: true, force: true })
})
const progress = (text: string): void => void process.stderr.write(`${text}\n`)
const bench = { runs: Number(runs), growthTasks: Number(growthTasks), growthData: grown, swarmAgents: Number(swarmAgents), progress }
const isChosen = (row: { readonly names: readonly string[] }) => program.args.length === 0 || row.names.some((name) => program.args.includes(name))
const results = noResults()
const interrupted = new AbortController()
stopOnSignal(() => {
  bench.progress('interrupted: stopping what was started')
  results.interrupted = true
  interrupted.abort()
  print()
}, process.env)
// Every platform of a row, and every program that a row starts, has it from the environment.
process.env['ELVES_EVENTSTOREDB_URL'] = store === 'eventstoredb' ? await eventStoreDbUrl() : ''
const limitMs = minutes === null ? Number.POSITIVE_INFINITY : Number(minutes) * 60_000
const chosen = { rows: rows.filter(isChosen), oneClusterRows: oneClusterRows.filter(isChosen), ownRows: ownRows.filter(isChosen) }
await measure({ ...chosen, bench, signal: interrupted.signal, limitMs }, results)
if (!results.interrupted) {
  await removeGrown()
  // Also the double of `--store eventstoredb`: a child that is left keeps this process.
  await throwAllAway()
  print()
  process.exitCode = results.failed.length > 0 ? 1 : 0
}

/** Who names rows wants them whole. */
function usualMinutes(chosen: readonly string[]): string | null {
  return chosen.length === 0 ? '15' : null
}

async function eventStoreDbUrl(): Promise<string> {
  const given = process.env['ELVES_TEST_EVENTSTOREDB'] ?? ''
  if (given !== '') return given
  const { ready } = await startChild<{ readonly port: number }>('eventstoredb-child.ts', [])
  return `esdb://127.0.0.1:${ready.port}?tls=false`
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
