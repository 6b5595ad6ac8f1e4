import { realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { settings } from '@elves/core/foundation/settings.ts'
import { type Interpreters, isExecutable, isForMono } from './interpreters.ts'

/** What a call starts: a file of the app, perhaps by an interpreter that is named before it. */
export interface Entry {
  readonly interpreter: string | null
  readonly file: string
}

/** The entries that an app may have without naming one, in the order in which they are looked for. */
export const usualEntries = orderedEntries('app-worker.py', 'app-worker', 'app-worker.sh', 'app-worker.js', 'app-worker.exe')

/** What runs a file that the kernel can't start by itself. `.py` is run by the host's default Python. */
const usualInterpreters: Readonly<Record<string, string>> = {
  '.sh': 'sh',
  '.js': 'node',
  '.rb': 'ruby',
  '.pl': 'perl',
  '.php': 'php',
  '.lua': 'lua',
  '.ps1': 'pwsh',
  '.dll': 'dotnet',
  '.jar': 'java',
}

/** What an interpreter is told before the file. */
const options: Readonly<Record<string, readonly string[]>> = { java: ['-jar'] }

/** The entry of Elves 0.1.x on Windows comes first there. */
function orderedEntries(...names: readonly string[]): readonly string[] {
  return process.platform === 'win32' ? ['app-worker.exe', ...names.filter((name) => name !== 'app-worker.exe')] : names
}

/**
 * Parses `interpreter|file` or `file`, where file is a path below the app's folder. Returns the reason as a text if it is
 * neither. `allowed`: see ELVES_AGENT_INTERPRETERS; a version may follow each, `python2.7`.
 */
export function parseEntry(text: string, allowed: readonly string[] = settings.ELVES_AGENT_INTERPRETERS.fallback): Entry | string {
  const parts = text.split('|')
  const file = parts.at(-1) ?? ''
  const interpreter = parts.length === 2 ? (parts[0] ?? '') : null
  if (parts.length > 2) return 'it has more than one |'
  if (file.trim() === '' || /\p{Cc}/u.test(file)) return 'it names no file'
  if (/^([\\/]|[A-Za-z]:)/.test(file)) return 'its path is absolute'
  if (file.split(/[\\/]/).includes('..')) return 'its path has ..'
  if (interpreter !== null && !allowed.includes(interpreter) && !allowed.includes(interpreter.replace(/[0-9.]+$/, ''))) {
    return `${JSON.stringify(interpreter)} is not the name of a script interpreter that ELVES_AGENT_INTERPRETERS lists`
  }
  return { interpreter, file }
}

/** Returns the file of the entry, with links resolved as they are now, if it is a file below the app's folder; else why not. */
export function entryInside(entry: Entry, cwd: string): Entry | string {
  return isInside(join(cwd, entry.file), cwd) ? entry : `the app has no file ${entry.file}, or it is a link that leads out of the app's folder`
}

/** Returns the first of the entries that is a file. */
export function firstEntry(entries: readonly Entry[], cwd: string): Entry | string {
  const found = entries.find(({ file }) => isFile(join(cwd, file)))
  if (found) return found
  const names = entries.map(({ file }) => file)
  return `the app has no ${names.slice(0, -1).join(', ')}${names.length > 1 ? ' or ' : ''}${names.at(-1)}`
}

/**
 * Returns the program and its first arguments, or why this host has none for the file. `runsItself`: a `.py` file that is
 * executable is started as it is. Throws PYTHON_MISSING.
 */
export function programOf(entry: Entry, cwd: string, interpreters: Interpreters, runsItself: boolean): readonly [string, ...string[]] | string {
  const file = join(cwd, entry.file)
  const by = (name: string): readonly [string, ...string[]] | string => {
    const program = interpreters.named(name)
    return program === null ? noInterpreter(name) : [program, ...(options[name] ?? []), file]
  }
  if (entry.interpreter !== null) return by(entry.interpreter)
  if (isForMono(file)) return by('mono')
  const isPython = file.endsWith('.py')
  if (isExecutable(file) && (runsItself || !isPython)) return [file]
  if (isPython) return [interpreters.python(), file]
  const usual = usualInterpreters[extname(file)]
  return usual === undefined ? `${entry.file} is not executable` : by(usual)
}

function noInterpreter(name: string): string {
  const advice = name === 'mono' ? ', which runs .exe files; install mono or name one with ELVES_AGENT_MONO' : ''
  return `this host has no ${name}${advice}`
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

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
