import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { databaseOfTool, databaseOption } from './database-of-tool.ts'
import { type ToolGround, toolProcess } from './tool-process.ts'

export interface ReadModelTool {
  readonly name: string
  /** Shown by `--help`. */
  readonly meaning: string
  readonly notes: string
  /** Resolves with the exit code. */
  run(parts: Pick<ToolGround, 'signal' | 'onProgress'> & { readonly store: EventStore; readonly connectionString: string }): Promise<number>
}

export interface Invocation {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A command line tool on the log and the read models: finds the database, shows progress, ends cleanly on Ctrl-C. */
export async function readModelTool(tool: ReadModelTool, { args, env }: Invocation): Promise<void> {
  const { databaseUrl } = commandLine(`npm run ${tool.name} --`, tool.meaning, tool.notes)
    .option(...databaseOption)
    .parse(args, { from: 'user' })
    .opts<{ databaseUrl?: string }>()
  await toolProcess(tool.name, env, async ({ settings, logger, stack, signal, onProgress }) => {
    const database = stack.use('database', await databaseOfTool({ databaseUrl, settings, logger }))
    const store = await openEventStore({ settings: { ...settings, ELVES_DATABASE_URL: database.url }, logger })
    stack.defer('event store', () => store.close())
    return tool.run({ store, connectionString: database.url, signal, onProgress })
  })
}
