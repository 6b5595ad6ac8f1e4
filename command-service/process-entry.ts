import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger, type Logger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { settings as catalog, type SettingName, type Settings } from '@elves/core/foundation/settings.ts'

export interface ProcessEntry {
  readonly name: string
  /** What it is, for `--help`. */
  readonly meaning: string
  /** What it reads, for `--help`. */
  readonly ownSettings: readonly SettingName[]
  readonly env: NodeJS.ProcessEnv
  start(options: { readonly settings: Settings; readonly logger: Logger }): Promise<Running>
}

/** What both processes of the write side read. */
export const sharedSettings: readonly SettingName[] = [
  'ELVES_DATABASE_URL',
  'ELVES_EVENTSTOREDB_URL',
  'ELVES_JOIN_TOKEN',
  'ELVES_INSTANCE',
  'ELVES_LISTEN_HOST',
  'ELVES_ALLOWED_HOSTS',
  'ELVES_LOG_LEVEL',
  'ELVES_SHUTDOWN_MS',
  'ELVES_DEADLINE_GRACE_MS',
  'ELVES_RESEND_AFTER_MS',
  'ELVES_AGENT_LOST_AFTER_MS',
  'ELVES_PING_INTERVAL_MS',
  'ELVES_KAFKA_BROKERS',
  'ELVES_KAFKA_TOPIC_PREFIX',
  'ELVES_KAFKA_AGENT_PARTITIONS',
  'ELVES_KAFKA_REPLICATION',
  'ELVES_KAFKA_COMPRESSION',
  'ELVES_KAFKA_SASL',
  'ELVES_KAFKA_USERNAME',
  'ELVES_KAFKA_PASSWORD',
  'ELVES_KAFKA_TLS',
  'ELVES_KAFKA_TLS_CA_FILE',
  'ELVES_KAFKA_TLS_CERT_FILE',
  'ELVES_KAFKA_TLS_KEY_FILE',
]

/** Runs a service until SIGINT or SIGTERM. Never rejects: a failed start is said on stderr, and ends the process. */
export async function runProcess(entry: ProcessEntry): Promise<void> {
  try {
    await run(entry)
  } catch (thrown) {
    const { code, message } = asElvesError(thrown)
    process.stderr.write(`${entry.name} does not start: [${code}] ${message}\n`)
    process.exit(1)
  }
}

async function run(entry: ProcessEntry): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help(entry))
    return
  }
  const settings = readSettings(entry.env)
  const logger = jsonLogger(entry.name, settings.ELVES_LOG_LEVEL)
  const running = await entry.start({ settings, logger })
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

function help({ name, meaning, ownSettings }: ProcessEntry): string {
  const lines = ownSettings.map((setting) => {
    const { fallback, meaning: says } = catalog[setting]
    return `  ${setting}${fallback === '' ? '' : ` (${fallback})`}\n      ${says}`
  })
  return `${name}: ${meaning}\n\nSettings, by environment:\n${lines.join('\n')}\n`
}
