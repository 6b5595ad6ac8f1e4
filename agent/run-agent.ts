import { asElvesError } from '@elves/core/foundation/errors.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { settings as known, type SettingName } from '@elves/core/foundation/settings.ts'
import { Command } from 'commander'
import { agent } from './agent.ts'
import { agentSettings } from './agent-settings.ts'
import manifest from './package.json' with { type: 'json' }

type Env = Readonly<Record<string, string | undefined>>

const sharedSettings: readonly SettingName[] = ['ELVES_GATEWAY_URL', 'ELVES_JOIN_TOKEN', 'ELVES_SHUTDOWN_MS', 'ELVES_LOG_LEVEL']

/** The agent's process, from its arguments to its exit code. */
export async function runAgent(args: readonly string[], env: Env): Promise<void> {
  const command = new Command('elves-agent')
    .description('Runs the tasks of an Elves center on this host. It is configured by its environment.')
    .version(manifest.version)
    .addHelpText('after', `\n${helpOnSettings()}`)
    .action(() => serve(env))
  await command.parseAsync(args)
}

function helpOnSettings(): string {
  const names = (Object.keys(known) as SettingName[]).filter((name) => /^ELVES_(AGENT|KAFKA)_/.test(name) || sharedSettings.includes(name))
  const lines = names.map((name) => `  ${name.padEnd(30)} ${known[name].meaning}${known[name].fallback === '' ? '' : ` [${known[name].fallback}]`}`)
  return `Environment:\n${lines.join('\n')}`
}

async function serve(env: Env): Promise<void> {
  try {
    const settings = readSettings(env)
    const running = await agent(agentSettings(settings), jsonLogger('agent', settings.ELVES_LOG_LEVEL), env)
    let isStopping = false
    const stop = () => {
      // Whoever asks twice wants it now; what runs is found and reported at the next start.
      if (isStopping) process.exit(1)
      isStopping = true
      void running.stop().then(() => process.exit(0))
    }
    process.on('SIGTERM', stop).on('SIGINT', stop)
  } catch (error) {
    const { code, message } = asElvesError(error)
    process.stderr.write(`elves-agent: [${code}] ${message}\n`)
    process.exitCode = 1
  }
}
