import { existsSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { isFolder } from '@elves/core/foundation/folders.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import type { AppConfigs } from './app-config.ts'
import { type Interpreters, isExecutable } from './interpreters.ts'
import { appNotInstalled, notStarted, proxyRefused, type StartRefusal, spawnFailed } from './run-end.ts'
import { isTextEncoding } from './text-encoding.ts'
import type { WorkerCall } from './worker-call.ts'

/** What to spawn for a call. */
export interface WorkerCommand {
  readonly argv: readonly [string, ...string[]]
  /** The app's folder. (0.1.x used the folder in which the agent was started, so no app can rely on it.) */
  readonly cwd: string
  /** The version in the app's appcfg.json now. */
  readonly version: string
  /** The encoding of the worker's output. */
  readonly encoding: string
}

export interface Entry {
  readonly interpreter: string | null
  readonly file: string
}

/**
 * The programs on PATH that a proxy may name, all of which run scripts. With `rm|…` or `tee|…`, a user who may run the
 * app could do things that the app does not do.
 */
const scriptRunners = /^(python|pypy|perl|ruby|php|lua|node|bash|dash|ksh|zsh|sh|pwsh|mono|tclsh|deno|bun)[0-9.]*$/

/** Parses `interpreter|file` or `file`, where file is a path below the app's folder. Returns the reason as a text if it is neither. */
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
  /** For apps whose appcfg.json names no encoding. */
  readonly defaultEncoding: string
}

/** Returns what to spawn, or why the call surely can't start. */
export function workerCommand(call: WorkerCall, sources: CommandSources): WorkerCommand | StartRefusal {
  const cwd = join(sources.appsDir, call.app)
  if (!appNamePattern.test(call.app) || !isFolder(cwd)) return appNotInstalled(call.app)
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

/** Returns true if the path, with links resolved, is a file below the folder, also with links resolved (the app's folder may be a link itself). */
function isInside(path: string, folder: string): boolean {
  try {
    const real = realpathSync(path)
    return real.startsWith(realpathSync(folder) + sep) && statSync(real).isFile()
  } catch {
    return false
  }
}
