import { noArguments } from './command-line.ts'
import { checkComponents } from './components.ts'
import { closeUmask } from './folders.ts'
import type { Running } from './lifecycle.ts'
import { jsonLogger, type Logger } from './log.ts'
import { readSettings } from './read-settings.ts'
import { type Program, settingsHelp, unread } from './setting-readers.ts'
import type { SettingName, Settings } from './settings.ts'
import { startError } from './start-error.ts'

export interface ProcessEntry {
  readonly name: Program
  /** Describes the program, for `--help`. */
  readonly meaning: string
  /** Settings that must be set. All that are missing are reported at once. */
  readonly needed: readonly SettingName[]
  readonly env: NodeJS.ProcessEnv
  start(options: { readonly settings: Settings; readonly logger: Logger }): Promise<Running>
}

/**
 * Runs a service until SIGINT or SIGTERM. Takes no arguments but `--help`. Never rejects: a failed start is reported on
 * standard error, and ends the process.
 */
export async function runProcess(entry: ProcessEntry): Promise<void> {
  noArguments(entry.name, entry.meaning, settingsHelp(entry.name))
  try {
    await run(entry)
  } catch (thrown) {
    const { code, message } = startError(thrown)
    process.stderr.write(`${entry.name} does not start: [${code}] ${message}\n`)
    process.exit(1)
  }
}

async function run({ name, needed, env, start }: ProcessEntry): Promise<void> {
  closeUmask()
  const settings = readSettings(env, needed)
  checkComponents(settings)
  const logger = jsonLogger(name, settings.ELVES_LOG_LEVEL)
  const ignored = unread(name, env)
  if (ignored.length > 0) logger.warn({ settings: ignored }, 'these settings are set, but this process does not read them')
  const running = await start({ settings, logger })
  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'stopping')
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}
