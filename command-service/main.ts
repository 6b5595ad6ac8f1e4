#!/usr/bin/env node
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { settings as catalog, type SettingName } from '@elves/core/foundation/settings.ts'
import { commandProcess } from './command-process.ts'

const ownSettings: readonly SettingName[] = [
  'ELVES_DATABASE_URL',
  'ELVES_SERVICE_SECRET',
  'ELVES_JOIN_TOKEN',
  'ELVES_COMMAND_PORT',
  'ELVES_LISTEN_HOST',
  'ELVES_ALLOWED_HOSTS',
  'ELVES_LOG_LEVEL',
  'ELVES_SHUTDOWN_MS',
  'ELVES_START_ALLOWANCE_MS',
  'ELVES_DEADLINE_GRACE_MS',
  'ELVES_RESEND_AFTER_MS',
  'ELVES_AGENT_LOST_AFTER_MS',
  'ELVES_PING_INTERVAL_MS',
]

function help(): string {
  const lines = ownSettings.map((name) => {
    const { fallback, meaning } = catalog[name]
    return `  ${name}${fallback === '' ? '' : ` (${fallback})`}\n      ${meaning}`
  })
  return `command-service: the write side of Elves, with the gateway of its agents at /gateway.\n\nSettings, by environment:\n${lines.join('\n')}\n`
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(help())
    return
  }
  const settings = readSettings(process.env)
  const logger = jsonLogger('command-service', settings.ELVES_LOG_LEVEL)
  const running = await commandProcess({ settings, logger })
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

main().catch((thrown: unknown) => {
  const { code, message } = asElvesError(thrown)
  process.stderr.write(`command-service does not start: [${code}] ${message}\n`)
  process.exit(1)
})
