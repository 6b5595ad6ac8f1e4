import { existsSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { isFolder } from '@elves/core/foundation/folders.ts'
import type { AppConfigs } from './app-config.ts'
import { isAppName } from './installed-apps.ts'
import { type Interpreters, isExecutable } from './interpreters.ts'
import { appNotInstalled, notStarted, proxyRefused, type StartRefusal, spawnFailed } from './run-end.ts'
import { isTextEncoding } from './text-encoding.ts'
import type { WorkerCall } from './worker-call.ts'

/** What to spawn for a call. */
export interface WorkerCommand {
  readonly argv: readonly [string, ...string[]]
  /** The app's folder. (0.1.x gave a worker the agent's own folder, whichever that was: nothing to rely on.) */
  readonly cwd: string
  /** What the app's appcfg.json says now. */
  readonly version: string
  /** What the worker prints in. */
  readonly encoding: string
}

export interface Entry {
  readonly interpreter: string | null
  readonly file: string
}

/**
 * Programs that run a script, and nothing else of PATH: with `rm|…` or `tee|…` whoever may run an app could do what the
 * app does not.
 */
const scriptRunners = /^(python|pypy|perl|ruby|php|lua|node|bash|dash|ksh|zsh|sh|pwsh|mono|tclsh|deno|bun)[0-9.]*$/

/** `interpreter|file` or `file`, where file is a path below the app's folder. Answers a text where it is neither. */
export function parseEntry(proxy: string): Entry | string {
  const parts = proxy.split('|')
  const file = parts.at(-1) ?? ''
  const interpreter = parts.length === 2 ? (parts[0] ?? '') : null
  if (parts.length > 2) return 'it has more than one |'
  if (file.trim() === '' || /\p{Cc}/u.test(file)) return 'it names no file'
  if (/^([\\/]|[A-Za-z]:)/.test(file)) return 'its path is absolute'
  if (file.split(/[\\/]/).includes('..')) return 'its path has ..'
  if (interpreter !== null && !scriptRunners.test(interpreter)) return `${JSON.stringify(interpreter)} is not the name of a script interpreter`
  return { interpreter, file }
}

export interface CommandSources {
  readonly appsDir: string
  readonly defaultEntry: Entry
  readonly interpreters: Interpreters
  readonly configs: AppConfigs
  /** Of apps that tell none. */
  readonly defaultEncoding: string
}

/** What to spawn, or why the call surely can not start. */
export function workerCommand(call: WorkerCall, sources: CommandSources): WorkerCommand | StartRefusal {
  const cwd = join(sources.appsDir, call.app)
  if (!isAppName(call.app) || !isFolder(cwd)) return appNotInstalled(call.app)
  const { version, encoding: ownEncoding } = sources.configs.of(call.app)
  const encoding = ownEncoding ?? sources.defaultEncoding
  if (!isTextEncoding(encoding)) return spawnFailed(`the app's appcfg.json names the encoding ${encoding}, which is not known`)
  const param = Buffer.from(call.paramText ?? '', 'utf8').toString('base64')
  const program = call.proxy === null || call.proxy === '' ? defaultProgram(cwd, sources) : proxyProgram(call.proxy, cwd, sources)
  return 'code' in program ? program : { argv: [...program.argv, call.app, call.func, param], cwd, version, encoding }
}

interface Program {
  readonly argv: readonly [string, ...string[]]
}

function defaultProgram(cwd: string, { defaultEntry, interpreters }: CommandSources): Program | StartRefusal {
  const file = join(cwd, defaultEntry.file)
  if (!existsSync(file)) return spawnFailed(`the app has no ${defaultEntry.file}`)
  if (defaultEntry.interpreter !== null) {
    const interpreter = interpreters.named(defaultEntry.interpreter)
    return interpreter === null ? spawnFailed(`this host has no ${defaultEntry.interpreter}`) : { argv: [interpreter, file] }
  }
  if (!file.endsWith('.py')) return isExecutable(file) ? { argv: [file] } : spawnFailed(`${defaultEntry.file} is not executable`)
  return withPython(file, interpreters)
}

function proxyProgram(proxy: string, cwd: string, { interpreters }: CommandSources): Program | StartRefusal {
  const entry = parseEntry(proxy)
  if (typeof entry === 'string') return proxyRefused(entry)
  const file = join(cwd, entry.file)
  if (!isInside(file, cwd)) return proxyRefused(`the app has no file ${entry.file}, or it is a link that leads out of the app's folder`)
  if (entry.interpreter !== null) {
    const interpreter = interpreters.named(entry.interpreter)
    return interpreter === null ? proxyRefused(`this host has no ${entry.interpreter}`) : { argv: [interpreter, file] }
  }
  if (isExecutable(file)) return { argv: [file] }
  return file.endsWith('.py') ? withPython(file, interpreters) : proxyRefused(`${entry.file} is not executable`)
}

function withPython(file: string, interpreters: Interpreters): Program | StartRefusal {
  try {
    return { argv: [interpreters.python(), file] }
  } catch (error) {
    return notStarted(error)
  }
}

/** Whether what the path leads to is a file below what the folder leads to (the app's folder itself may be a link). */
function isInside(path: string, folder: string): boolean {
  try {
    const real = realpathSync(path)
    return real.startsWith(realpathSync(folder) + sep) && statSync(real).isFile()
  } catch {
    return false
  }
}
