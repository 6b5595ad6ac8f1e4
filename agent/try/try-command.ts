import { commandLine } from '@elves/core/foundation/command-line.ts'
import { isJson } from '@elves/core/foundation/json-text.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import { type WorkerSettings, workerSettings } from '../agent-settings.ts'
import type { RunEnd } from '../runner/worker-runner.ts'
import { tryRun } from './try-run.ts'

type Env = Readonly<Record<string, string | undefined>>

interface TryOptions {
  readonly param?: string
  readonly proxy?: string
  readonly timeout: string
  readonly apps?: string
  readonly json?: boolean
}

const notes = `APP is the name of an app in the app folder, or the path of an app's folder (./myapp).
The worker gets what a task would give it: the settings of the agent count, read from the environment.
Exit status: 0 if the run succeeded, 1 if it did not, 2 if the command line is wrong.`

/** Returns the command line that runs an app once, on this host, without a center. */
export function tryCommand(name: string, env: Env): ReturnType<typeof commandLine> {
  const meaning = 'Runs a function of an app on this host, without a center, and prints how it ended.'
  return commandLine(name, meaning, notes)
    .argument('<app>', 'app name, or the path of its folder')
    .argument('<func>', 'function of the app')
    .option('--param <json>', 'the parameter, any JSON value; without it the task has none')
    .option('--proxy <entry>', 'what runs instead of the default entry: `file` or `interpreter|file`')
    .option('--timeout <ms>', 'run timeout in ms; 0 is none', '90000')
    .option('--apps <dir>', 'app folder; default that of the agent (ELVES_AGENT_APPS_DIR)')
    .option('--json', 'print one JSON object instead of text')
    .action(async (app: string, func: string, options: TryOptions, command: ReturnType<typeof commandLine>) => {
      if (options.param !== undefined && !isJson(options.param)) command.error('error: --param is not JSON', { exitCode: 2 })
      if (!/^\d{1,10}$/.test(options.timeout)) command.error('error: --timeout is not a number of ms', { exitCode: 2 })
      process.exitCode = await tried(app, func, options, env)
    })
}

async function tried(app: string, func: string, { param, proxy, timeout, apps, json = false }: TryOptions, env: Env): Promise<number> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  try {
    const settings: WorkerSettings = { ...workerSettings(readSettings(env)), ...(apps !== undefined && { appsDir: apps }) }
    const call = { app, func, paramText: param ?? null, proxy: proxy ?? null, timeoutMs: Number(timeout) }
    const end = await tryRun({ ...call, settings, env, cancelled: interrupted.signal })
    process.stdout.write(json ? `${JSON.stringify(told(end))}\n` : textOf(end))
    return end.outcome === 'SUCCEEDED' ? 0 : 1
  } catch (error) {
    const { code, message } = startError(error)
    process.stderr.write(`[${code}] ${message}\n`)
    return 1
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  }
}

/** What is printed of an end; a flag of null: the worker gave none. */
interface ToldEnd {
  readonly outcome: string
  readonly flag: boolean | null
  readonly result: string
  readonly exitCode: number | null
  readonly signal: string | null
  readonly costMs: number
  readonly standardError: string
  readonly standardErrorBytes: number
  readonly failure: RunEnd['failure']
}

function told({ outcome, output, failure }: RunEnd): ToldEnd {
  const { code = null, signal = null, standardError = '', standardErrorBytes = 0 } = output?.exit ?? {}
  const flag = output === null || output.workerFlag === -1 ? null : output.workerFlag === 1
  const result = inlineText(output?.message ?? null) ?? ''
  return { outcome, flag, result, exitCode: code, signal, costMs: output?.costMs ?? 0, standardError, standardErrorBytes, failure }
}

function textOf(end: RunEnd): string {
  const { outcome, flag, result, exitCode, signal, costMs, standardError, standardErrorBytes, failure } = told(end)
  const how = signal ?? exitCode ?? 'none'
  const lines = [
    `${outcome}${failure === null ? '' : ` ${failure.code}`}`,
    `flag: ${flag ?? 'none'}`,
    `result: ${result}`,
    `exit ${signal === null ? 'code' : 'signal'}: ${how}`,
    `time: ${costMs} ms`,
    standardErrorBytes === 0 ? 'standard error: nothing' : `standard error, ${standardErrorBytes} bytes:\n${standardError}`,
    ...(failure === null ? [] : [`why: ${failure.message}`]),
  ]
  return `${lines.join('\n')}\n`
}
