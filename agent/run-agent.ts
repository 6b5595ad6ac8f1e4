import { resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { jsonLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { settingsHelp, unread } from '@elves/core/foundation/setting-readers.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { agent } from './agent.ts'
import { agentSettings } from './agent-settings.ts'
import { type AgentPlace, environmentOf, inTree, leaveSettings } from './command-line/agent-place.ts'
import { takenOver } from './hand-over.ts'
import { ofUser, startAnew, startProgram, watchCommand } from './program/start-program.ts'
import { watchTrial } from './program/watch-trial.ts'
import { collectStartGarbage } from './start-garbage.ts'

type Env = Readonly<Record<string, string | undefined>>

interface Options {
  readonly config?: string
  readonly check?: boolean
}

const otherCommands = `elves-agent enrol has a center take this host's agent before its first start: elves-agent enrol --help.
elves-agent rotate-key gives it a new key: elves-agent rotate-key --help.
elves-agent try APP FUNC runs an app once, on this host, without a center: elves-agent try --help.`

/** The agent's process, from its arguments to its exit code. */
export async function runAgent(args: readonly string[], env: Env, place: AgentPlace = inTree): Promise<void> {
  if (args[2] === 'try') {
    // Imported here, because an agent that serves does not need it.
    const { tryCommand } = await import('./try/try-command.ts')
    await reporting(async () => void (await tryCommand('elves-agent try', environmentOf(place, env)).parseAsync(args.slice(3), { from: 'user' })))
    return
  }
  if (args[2] === 'enrol') {
    const { enrolCommand } = await import('./command-line/enrol-command.ts')
    await reporting(async () => void (await enrolCommand('elves-agent enrol', place, env).parseAsync(args.slice(3), { from: 'user' })))
    return
  }
  if (args[2] === 'rotate-key') {
    const { rotateKeyCommand } = await import('./command-line/rotate-key-command.ts')
    await reporting(async () => void (await rotateKeyCommand('elves-agent rotate-key', place, env).parseAsync(args.slice(3), { from: 'user' })))
    return
  }
  if (args[2] === watchCommand) {
    const [dataDir = '', pid, startTime = '', limitMs] = args.slice(3)
    await reporting(() => watchTrial({ dataDir, pid: Number(pid), startTime, limitMs: Number(limitMs) }))
    return
  }
  const file = place.configFile === null ? '' : `, and by ${place.configFile}`
  const meaning = `Runs the tasks of an Elves center on this host, until SIGTERM. It is configured by its environment${file}.`
  const command = commandLine('elves-agent', meaning, `${otherCommands}\n\n${settingsHelp('agent')}`)
    .version(release)
    .option('--config <file>', 'settings, KEY=value in lines; the environment takes precedence')
    .option('--check', 'say what this host lacks for an agent; exit code 1: an agent can not work here as it is')
    .action(({ config, check }: Options) => reporting(() => (check ? checkHost(env, place, config) : serve(env, place, config))))
  await command.parseAsync([...args.slice(0, 2), ...ofUser(args.slice(2))])
}

/** Runs a command. A failure is reported on standard error, and makes the exit code 1. */
async function reporting(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const { code, message } = startError(error)
    process.stderr.write(`elves-agent: [${code}] ${message}\n`)
    process.exitCode = 1
  }
}

async function checkHost(env: Env, place: AgentPlace, config: string | undefined): Promise<void> {
  // Imported here, because an agent that serves does not need it.
  const { hostReport } = await import('./command-line/host-report.ts')
  const report = await hostReport(environmentOf(place, env, config), config ?? place.configFile)
  process.stdout.write(report.text)
  if (!report.canWork) process.exitCode = 1
}

async function serve(own: Env, place: AgentPlace, config: string | undefined): Promise<void> {
  // Only a package's agent hands over here: that of the tree has done it before, with its compile cache.
  const given = place === inTree ? own : { ...own, ...takenOver() }
  const env = environmentOf(place, given, config)
  const settings = readSettings(env)
  const dataDir = resolve(settings.ELVES_AGENT_DATA_DIR)
  if (place !== inTree) leaveSettings(own, dataDir)
  const program = place === inTree ? null : await startProgram({ dataDir, reachMs: settings.ELVES_AGENT_UPDATE_REACH_MS, env: given })
  const logger = jsonLogger('agent', settings.ELVES_LOG_LEVEL)
  const ignored = unread('agent', env)
  if (ignored.length > 0) logger.warn({ settings: ignored }, 'these settings are set, but the agent does not read them')
  if (process.pid === 1) logger.warn('the agent is process 1: what workers leave behind stays as zombies; start it under an init (docker run --init)')
  let isStopping = false
  const restart = () => {
    if (isStopping || program === null) return
    isStopping = true
    void running.then((stopped) => stopped.stop()).then(() => startAnew(program, dataDir, given))
  }
  const running = agent(agentSettings(settings), logger, env, { running: program, restart })
  const stop = () => {
    // A second signal exits at once; the next start finds and reports the runs.
    if (isStopping) process.exit(1)
    isStopping = true
    void running.then((stopped) => stopped.stop()).then(() => process.exit(0))
  }
  await running
  collectStartGarbage()
  process.on('SIGTERM', stop).on('SIGINT', stop)
}
