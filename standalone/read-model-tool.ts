import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { databaseOfTool } from './database-of-tool.ts'

const progressEveryMs = 1000

export interface ReadModelTool {
  readonly name: string
  /** For `--help`. */
  readonly meaning: string
  readonly notes: string
  /** Answers the exit code. */
  run(parts: {
    readonly store: EventStore
    readonly connectionString: string
    readonly signal: AbortSignal
    onProgress(done: number, total: number): void
  }): Promise<number>
}

export interface Invocation {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A command line tool on the log and the read models: finds the database, shows progress, ends cleanly on Ctrl-C. */
export async function readModelTool(tool: ReadModelTool, { args, env }: Invocation): Promise<void> {
  const { databaseUrl } = commandLine(`npm run ${tool.name} --`, tool.meaning, tool.notes)
    .option('--database-url <url>', 'the database, postgres://…; default ELVES_DATABASE_URL, else that of ELVES_DATA_DIR, running or not')
    .parse(args, { from: 'user' })
    .opts<{ databaseUrl?: string }>()
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(new Error(signal)))
  process.exitCode = await runOn(tool, { databaseUrl, env, signal: interrupted.signal }).catch((thrown: unknown) => {
    const { code, message } = startError(thrown)
    process.stderr.write(
      interrupted.signal.aborted ? `${tool.name} was interrupted; nothing is left of it\n` : `${tool.name}: [${code}] ${message}\n`,
    )
    return interrupted.signal.aborted ? 130 : 2
  })
}

interface Run extends Pick<Invocation, 'env'> {
  readonly databaseUrl: string | undefined
  readonly signal: AbortSignal
}

async function runOn(tool: ReadModelTool, { databaseUrl, env, signal }: Run): Promise<number> {
  const settings = readSettings(env)
  const logger = jsonLogger(tool.name, 'warn')
  const stack = new Stack(logger)
  try {
    const database = stack.use('database', await databaseOfTool({ databaseUrl, settings, logger }))
    const store = await openEventStore({ settings: { ...settings, ELVES_DATABASE_URL: database.url }, logger })
    stack.defer('event store', () => store.close())
    return await tool.run({ store, connectionString: database.url, signal, onProgress: progressLines(tool.name) })
  } finally {
    await stack.stop()
  }
}

function progressLines(name: string): (done: number, total: number) => void {
  let saidAt = performance.now()
  return (done, total) => {
    if (performance.now() - saidAt < progressEveryMs) return
    saidAt = performance.now()
    process.stderr.write(`${name}: ${done} of ${total} events (${Math.floor((100 * done) / total)} %)\n`)
  }
}
