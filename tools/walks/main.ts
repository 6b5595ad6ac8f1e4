import { resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { countedCenter } from './counted-center.ts'
import { type WalkedFile, walksOf } from './walks.ts'

const meaning = `Counts the files that a reader passes through who follows one task.

Starts the services of a checkout, each in a process, on a Postgres of its own; runs a task several times and asks V8 what ran
between two moments. A file counts if a function of it ran each time.`

/** What runs because of a task, but beside its walk. */
const beside: readonly string[] = [
  // The HTTP server of every service, leases, logging.
  'core/http/',
  'core/eventing/leases/',
  'core/foundation/log',
  // What follows the log: nobody who is answered waits for it.
  'core/eventing/tail/subscription.ts',
  'core/eventing/handlers/',
  'core/eventing/process-managers/',
  'core/domain/agent-events.ts',
  'command-service/command-service.ts',
  'command-service/write-side.ts',
  'command-service/agents/agents.ts',
  'command-service/instances/',
  'command-service/open-attempts/',
  'command-service/queue-runner/',
  'command-service/scheduler/',
  'command-service/waiting-tasks/',
  'command-service/webhook-sender/',
  // The same at 049139d, the commit of the review.
  'command-service/deadlines/',
  'command-service/tail.ts',
  'core/eventing/postgres/database-pool.ts',
  'core/eventing/postgres/transaction.ts',
]

/** The order in which a walk comes to the packages. */
const order = {
  request: ['query-service', 'core/command-api', 'command-service', 'core/domain', 'core/eventing'],
  report: ['command-service/gateway', 'command-service', 'core/domain', 'core/eventing', 'core/command-api', 'query-service'],
}

function written(title: string, files: readonly WalkedFile[], packages: readonly string[]): string {
  const counted = files.filter(({ file }) => !beside.some((path) => file.startsWith(path)))
  const places = (file: string) => packages.findIndex((name) => file.startsWith(`${name}/`)) + 1 || packages.length + 1
  const sorted = counted.toSorted((one, other) => places(one.file) - places(other.file) || one.file.localeCompare(other.file))
  const lines = sorted.map(({ file, functions }) => `  ${file}: ${functions.map((name) => name.split('@')[0] || '(no name)').join(', ')}`)
  return [`${title}: ${counted.length} files`, ...lines, ''].join('\n')
}

const [folder = '.'] = commandLine('node tools/walks/main.ts', meaning)
  .argument('[folder]', 'a checkout with `npm ci` done; default this one')
  .parse().args
const center = await countedCenter(resolve(folder))
try {
  const { request, report } = await walksOf(center)
  process.stdout.write(written('From the input of runTask to the append of TaskRequested', request, order.request))
  process.stdout.write(written('From the frame of a result to the client’s answer', report, order.report))
} finally {
  await center.stop()
}
