import { commandLine } from '@elves/core/foundation/command-line.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { settingsHelp, unread } from '@elves/core/foundation/setting-readers.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { agent } from './agent.ts'
import { agentSettings } from './agent-settings.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The agent's process, from its arguments to its exit code. */
export async function runAgent(args: readonly string[], env: Env): Promise<void> {
  const meaning = 'Runs the tasks of an Elves center on this host. It is configured by its environment.'
  const command = commandLine('elves-agent', meaning, settingsHelp('agent'))
    .version(release)
    .action(() => serve(env))
  await command.parseAsync(args)
}

async function serve(env: Env): Promise<void> {
  try {
    const settings = readSettings(env)
    const logger = jsonLogger('agent', settings.ELVES_LOG_LEVEL)
    const ignored = unread('agent', env)
    if (ignored.length > 0) logger.warn({ settings: ignored }, 'these settings are set, but the agent does not read them')
    if (process.pid === 1)
      logger.warn('the agent is process 1: what workers leave behind stays as zombies; start it under an init (docker run --init)')
    const running = await agent(agentSettings(settings), logger, env)
    let isStopping = false
    const stop = () => {
      // A second signal exits at once; the next start finds and reports the runs.
      if (isStopping) process.exit(1)
      isStopping = true
      void running.stop().then(() => process.exit(0))
    }
    process.on('SIGTERM', stop).on('SIGINT', stop)
  } catch (error) {
    const { code, message } = startError(error)
    process.stderr.write(`elves-agent: [${code}] ${message}\n`)
    process.exitCode = 1
  }
}
