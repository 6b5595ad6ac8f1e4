import { execFileSync } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { shortageOf } from './shortage.ts'

const lookUpTimeoutMs = 10_000

/** Returns the file of a command on PATH, or null. */
export function findOnPath(name: string, path: string | undefined): string | null {
  for (const folder of (path ?? '').split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, name)
    if (isExecutable(file)) return file
  }
  return null
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** Returns the file of a program that is named with its folder or without; null if it is not there. */
function programFile(command: string, env: Readonly<Record<string, string>>): string | null {
  if (!command.includes('/')) return findOnPath(command, env['PATH'])
  return isExecutable(command) ? command : null
}

/**
 * Returns the real interpreter behind a Python command. A version manager's shim adds 150 ms to each call (measured),
 * so the runner asks it once. Throws PYTHON_MISSING; throws a shortage on the host unchanged.
 */
export function realPython(command: string, env: Readonly<Record<string, string>>): string {
  const file = programFile(command, env)
  const advice = 'install Python 3 or name one with ELVES_AGENT_PYTHON'
  if (file === null) throw new ElvesError('PYTHON_MISSING', `there is no ${command} to run; ${advice}`, { facts: { command } })
  try {
    const answer = execFileSync(file, ['-c', 'import sys; print(sys.executable)'], {
      env,
      cwd: '/',
      timeout: lookUpTimeoutMs,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const executable = answer.toString('utf8').trim()
    return isExecutable(executable) ? executable : file
  } catch (cause) {
    if (shortageOf(cause) !== null) throw cause
    throw new ElvesError('PYTHON_MISSING', `${file} does not run; ${advice}`, { cause, facts: { command, file } })
  }
}

/** Where Linux keeps what it starts by an interpreter of the host's choice. */
const binfmtDir = '/proc/sys/fs/binfmt_misc'

/**
 * Returns true if the `.exe` file is a program for Windows or .NET that the kernel can't start by itself. (Where the
 * kernel is told of an interpreter for such files, it starts them.)
 */
export function isForMono(file: string): boolean {
  return process.platform !== 'win32' && /\.exe$/i.test(file) && beginsWith(file, 'MZ') && !kernelStartsExe()
}

function beginsWith(file: string, mark: string): boolean {
  const bytes = Buffer.alloc(mark.length)
  let fd: number | null = null
  try {
    fd = openSync(file, 'r')
    return readSync(fd, bytes) === bytes.length && bytes.toString('latin1') === mark
  } catch (error) {
    if (shortageOf(error) !== null) throw error
    return false
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

function kernelStartsExe(): boolean {
  try {
    return readdirSync(binfmtDir)
      .filter((name) => name !== 'register' && name !== 'status')
      .map((name) => readFileSync(join(binfmtDir, name), 'latin1'))
      .some((entry) => /^enabled$/m.test(entry) && /^(magic 4d5a|extension \.exe$)/m.test(entry))
  } catch {
    return false
  }
}

export interface InterpreterChoices {
  /** The Python for `.py` files: a name on PATH, or a file. */
  readonly python: string
  /** The `mono` for `.exe` files: a name on PATH, or a file. */
  readonly mono: string
}

/** The interpreters that run apps' files. */
export interface Interpreters {
  /** The Python that runs `.py` files without a named interpreter. Throws PYTHON_MISSING. */
  python(): string
  /** The interpreter that an entry names before its `|`, or null if this host has none of that name. */
  named(name: string): string | null
}

export function interpreters(choices: InterpreterChoices, env: Readonly<Record<string, string>>): Interpreters {
  const known = new Map<string, string>()

  function once(name: string, find: () => string): string {
    const before = known.get(name)
    // An upgrade of the host's Python can remove the file.
    if (before !== undefined && isExecutable(before)) return before
    const found = find()
    known.set(name, found)
    return found
  }

  const python = () => once('', () => realPython(choices.python, env))

  function named(name: string): string | null {
    if (name === 'mono') return programFile(choices.mono, env)
    if (!/^python[0-9.]*$/.test(name)) return findOnPath(name, env['PATH'])
    try {
      return once(name, () => realPython(name, env))
    } catch (error) {
      if (shortageOf(error) !== null) throw error
      // Proxies are written `python|…` by contract, and many hosts have only python3.
      return name === 'python' ? python() : null
    }
  }

  return { python, named }
}
