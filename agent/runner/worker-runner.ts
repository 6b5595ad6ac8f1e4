import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { settings } from '@elves/core/foundation/settings.ts'
import { appConfigs } from './app-config.ts'
import { cgroupHome } from './containment/cgroup-home.ts'
import { cgroups } from './containment/cgroups.ts'
import type { ContainedRun, Containments } from './containment/containment.ts'
import { runWhenIdle } from './containment/idle-class.ts'
import { weightOf } from './containment/priority.ts'
import { processGroups } from './containment/process-groups.ts'
import { installedApps } from './installed-apps.ts'
import { interpreters } from './interpreters.ts'
import { maskingOf } from './masking.ts'
import { paramFiles } from './param-files.ts'
import { type Pipes, pipes } from './pipes.ts'
import { followRun } from './run.ts'
import { notStarted, rejected, tooManyHeld } from './run-end.ts'
import type { ReadyRun, Run, RunEnd, WorkerCall, WorkerRunner } from './worker-call.ts'
import { type CommandSources, folderOf, type StoredApps, type WorkerCommand, workerCommand } from './worker-command.ts'
import { type Entry, parseEntry, usualEntries } from './worker-entry.ts'
import { workerEnv } from './worker-env.ts'
import type { OutputTap } from './worker-output.ts'

export type { Run, RunEnd, WorkerCall, WorkerRunner } from './worker-call.ts'

export interface WorkerRunnerOptions {
  readonly appsDir: string
  /** Apps that the center sent; default none. */
  readonly stored?: StoredApps
  /** The agent's data folder. What an earlier process with the same folder left can be found and killed. */
  readonly dataDir: string
  /** Entry of apps that name none: `file` or `interpreter|file`; default the first of {@link usualEntries} that is there. */
  readonly workerEntry?: string
  /** Python that runs `.py` entries; default the `python3` of PATH. */
  readonly python?: string
  /** Mono that runs `.exe` files; default the `mono` of PATH. */
  readonly mono?: string
  /** What entries may name before their `|`; default as the setting has it. */
  readonly interpreterNames?: readonly string[]
  /** Encoding of the output of apps that name none; default `utf-8`. */
  readonly encoding?: string
  /** Called at each start of a worker with the version of its app. */
  readonly onVersion?: (app: string, version: string) => void
  /** Called at each start of a worker; what it returns gets what the worker prints. */
  readonly tapOf?: (attempt: Pick<WorkerCall, 'taskId' | 'attempt'>) => OutputTap
  /** Time between SIGTERM and SIGKILL. */
  readonly stopGraceMs: number
  /** The longest result that is kept whole; default 256 KiB. */
  readonly resultBytes?: number
  /** Most pipes that processes which outlived their runs may hold; with as many, no run is started. Default 10 000. */
  readonly heldPipesMost?: number
  /** The environment that workers get their variables from; default only a usual PATH. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Names of variables that they get beside the usual ones: see ELVES_AGENT_WORKER_ENV. */
  readonly addedVariables?: readonly string[]
  /** How much lower the CPU priority of workers is than that of this process, 0 to 19; default 0. */
  readonly nice?: number
  /** After so long a run has only the CPU that nobody else wants; default 0: never. Without effect where `nice` is 0. */
  readonly idleAfterMs?: number
  /** If false, uses only process groups, never cgroups. */
  readonly cgroups?: boolean
  readonly logger: Logger
}

/** Runs workers: one process per call. If Python is missing, that is logged here, and each call that needs it is refused. */
export async function workerRunner(options: WorkerRunnerOptions): Promise<WorkerRunner> {
  const { dataDir, stopGraceMs, logger, resultBytes = 256 * 1024, heldPipesMost = 10_000 } = options
  makeFolder(dataDir, 0o700)
  const agentMark = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const env = workerEnv(options.env ?? {}, options.addedVariables)
  const sources = commandSources(options, env)
  const workerPipes = pipes(join(dataDir, 'pipes'), logger)
  const containments = containmentsFor(`elves-agent-${agentMark}`, options, env, workerPipes)
  const params = paramFiles(join(dataDir, 'params'), logger)
  const running = new Set<Run>()
  const heldPipes = new Set<Readable>()
  logger.info({ containment: containments.kind, appsDir: sources.appsDir }, 'worker runner ready')

  const containedRun = ({ taskId, attempt }: { taskId: string; attempt: number }): ContainedRun => ({
    name: `${taskId}-${attempt}`,
    runId: `${taskId}-${attempt}-${agentMark}`,
  })

  /** Keeps the pipe open and reads it, because a daemon may still print into it and would be killed if it were closed. */
  function keepDraining(pipe: Readable): void {
    heldPipes.add(pipe)
    pipe.once('close', () => heldPipes.delete(pipe))
    pipe.resume()
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
  }

  function prepare(call: WorkerCall): ReadyRun | RunEnd {
    const command = workerCommand(call, sources)
    return 'code' in command ? rejected(command) : { start: () => start(call, command) }
  }

  function start(call: WorkerCall, command: WorkerCommand): Run {
    const contained = containedRun(call)
    const { encoding, mode } = command
    const { nice = 0, idleAfterMs = 0 } = options
    try {
      if (heldPipes.size >= heldPipesMost) return refusedRun(rejected(tooManyHeld(heldPipes.size)))
      const paramFile = command.paramInput === null ? null : params.write(contained.name, command.paramInput)
      const begun = containments.contain(contained, { ...command, paramFile })
      const run = followRun({
        contained: begun,
        encoding,
        mode,
        timeoutMs: call.timeoutMs,
        stopGraceMs,
        resultBytes,
        keepDraining,
        tap: options.tapOf?.(call),
        masking: call.secrets.size === 0 ? null : maskingOf([...call.secrets.values()]),
      })
      options.onVersion?.(call.app, command.version)
      running.add(run)
      const release = options.stored?.hold(command.cwd)
      const { pid = null } = begun.process.child
      const lasting = nice > 0 && idleAfterMs > 0 ? setTimeout(() => runWhenIdle(contained.runId, pid, logger), idleAfterMs) : undefined
      run.ended.then(() => {
        clearTimeout(lasting)
        running.delete(run)
        release?.()
        if (paramFile !== null) params.remove(contained.name)
      })
      return run
    } catch (error) {
      if (command.paramInput !== null) params.remove(contained.name)
      logger.warn({ err: error, taskId: call.taskId }, 'a worker could not be started')
      return refusedRun(rejected(notStarted(error)))
    }
  }

  async function close(): Promise<void> {
    for (const run of running) run.cancel()
    await Promise.all([...running].map((run) => run.ended))
    for (const pipe of heldPipes) pipe.destroy()
    await containments.close()
    workerPipes?.close()
    params.close()
  }

  return {
    prepare,
    killLeftovers: (attempt) => containments.killLeftovers(containedRun(attempt), stopGraceMs),
    installedApps: () => installedApps(sources),
    processorOf: (app) => sources.configs.of(app).processor,
    close,
  }
}

function commandSources(options: WorkerRunnerOptions, env: Readonly<Record<string, string>>): CommandSources {
  const appsDir = resolve(options.appsDir)
  const interpreterNames = options.interpreterNames ?? settings.ELVES_AGENT_INTERPRETERS.fallback
  const defaultEntries = options.workerEntry
    ? [hostEntry(options.workerEntry, interpreterNames)]
    : usualEntries.map((file): Entry => ({ interpreter: null, file }))
  const stored = options.stored ?? null
  const sources: CommandSources = {
    appsDir,
    stored,
    defaultEntries,
    interpreters: interpreters({ python: options.python || 'python3', mono: options.mono || 'mono' }, env),
    interpreterNames,
    configs: appConfigs((app) => folderOf(app, { appsDir, stored })),
    defaultEncoding: options.encoding || 'utf-8',
  }
  try {
    const [first] = defaultEntries
    if (first?.interpreter === null && first.file.endsWith('.py')) sources.interpreters.python()
  } catch (error) {
    options.logger.error({ err: error }, 'classic Python workers can not run')
  }
  return sources
}

/** Throws CONFIG_INVALID. */
function hostEntry(workerEntry: string, interpreterNames: readonly string[]): Entry {
  const entry = parseEntry(workerEntry, interpreterNames)
  if (typeof entry === 'string') throw new ElvesError('CONFIG_INVALID', `the worker entry ${workerEntry} is not usable: ${entry}`)
  return entry
}

function containmentsFor(name: string, options: WorkerRunnerOptions, env: Readonly<Record<string, string>>, workerPipes: Pipes | null): Containments {
  const { nice = 0, logger } = options
  const home = options.cgroups === false || workerPipes === null ? null : cgroupHome(name, logger, weightOf(nice))
  // Cgroups need pipes: the shell that joins the cgroup reads from a pipe which program to run.
  if (home === null || workerPipes === null) return processGroups({ env, pipes: workerPipes, nice })
  return cgroups({ home, notesDir: join(options.dataDir, 'runs'), env, pipes: workerPipes, nice, logger })
}

function refusedRun(end: RunEnd): Run {
  return { ended: Promise.resolve(end), cancel: () => {}, slept: () => {} }
}
