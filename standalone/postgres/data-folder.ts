import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { diskFull, saysDiskFull } from '@elves/core/foundation/start-error.ts'
import { dyingWithParent } from '../dying-with-parent.ts'
import { spawned } from '../spawned.ts'
import { refuseStopped } from '../stopping.ts'
import type { Binaries } from './binaries.ts'
import { isReachable, type ServerUser } from './server-user.ts'
import { sharedFolder } from './shared-folder.ts'

/** The folder that Postgres itself uses, ready for a start. */
export interface DataFolder {
  readonly path: string
  readonly password: string
  /** True if it lies outside of the folder that was asked for, because the server's user can not get there. */
  readonly isElsewhere: boolean
}

/** How a caller follows a start and ends it. */
export interface Steps {
  /** Called with a text before each step that takes a while. */
  readonly say?: ((text: string) => void) | undefined
  /** Ends the start: undoes what was begun, and throws SHUTTING_DOWN. */
  readonly signal?: AbortSignal | undefined
}

interface Initialise {
  readonly home: string
  readonly draft: string
  readonly binaries: Binaries
  readonly user: ServerUser | null
  readonly signal: AbortSignal | undefined
}

/**
 * Finds or makes the database below `dir`. `dir` holds `data/` or the file `location`, which names where the database is, and
 * `password`. Throws DATA_FOLDER_DAMAGED if one of them is missing. An interrupted initdb leaves only a draft, which is made again.
 */
export async function dataFolder(dir: string, binaries: Binaries, user: ServerUser | null, steps: Steps = {}): Promise<DataFolder> {
  makeFolder(dir)
  const home = await homeOf(dir, user)
  const path = join(home, 'data')
  const isElsewhere = home !== dir
  const draft = `${path}.new`
  // The password is written between initdb and this rename, so if draft and password are both there, only the rename is missing.
  if (!existsSync(path) && existsSync(draft) && existsSync(join(dir, 'password'))) await rename(draft, path)
  if (existsSync(path)) {
    await checkVersion(path, binaries)
    const password = await readPassword(dir, path)
    if (user !== null) await chown(path, user.uid, user.gid)
    await chmod(path, 0o700)
    return { path, password, isElsewhere }
  }
  if (existsSync(join(dir, 'password'))) throw damaged(path, 'the database of this data folder is gone')
  steps.say?.(`Making the database in ${path} (once).`)
  const password = await initialise({ home, draft, binaries, user, signal: steps.signal })
  await writeFile(join(dir, 'password.new'), password, { mode: 0o600 })
  await rename(join(dir, 'password.new'), join(dir, 'password'))
  await rename(draft, path)
  return { path, password, isElsewhere }
}

/** Removes the database of this folder, wherever it lies. */
export async function removeDataFolder(dir: string): Promise<void> {
  const location = await readFile(join(dir, 'location'), 'utf8').catch(() => null)
  if (location !== null) await rm(location.trim(), { recursive: true, force: true })
  await rm(dir, { recursive: true, force: true })
}

async function homeOf(dir: string, user: ServerUser | null): Promise<string> {
  const pointer = join(dir, 'location')
  if (existsSync(pointer)) return (await readFile(pointer, 'utf8')).trim()
  if (existsSync(join(dir, 'data')) || (await isReachable(dir, user))) return dir
  const home = await mkdtemp(join(await sharedFolder(), `${basename(dirname(resolve(dir))).replace(/^\.+/, '')}-`))
  await chmod(home, 0o711)
  await writeFile(pointer, `${home}\n`)
  return home
}

async function initialise({ home, draft, binaries, user, signal }: Initialise): Promise<string> {
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const passwordFile = join(home, 'initial-password')
  const password = randomBytes(24).toString('base64url')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (user !== null) await Promise.all([draft, passwordFile].map((owned) => chown(owned, user.uid, user.gid)))
  try {
    const args = ['-D', draft, '-U', 'elves', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-locale', '--encoding=UTF8']
    const output = await initdbFailure([...dyingWithParent('KILL'), binaries.initdb, ...args], user, signal)
    refuseStopped(signal)
    if (output !== null) throw notMade(draft, output)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  } finally {
    await rm(passwordFile, { force: true })
  }
  return password
}

/** Returns the last lines of stderr if the command failed, else null. Out of the terminal's process group: Ctrl-C is for the runner. */
function initdbFailure(command: readonly string[], user: ServerUser | null, signal: AbortSignal | undefined): Promise<string | null> {
  const identity = user === null ? {} : { uid: user.uid, gid: user.gid }
  const [program = '', ...args] = command
  return new Promise((done, fail) => {
    const child = spawned(program, args, {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LC_ALL: 'C', TZ: 'UTC' },
      detached: true,
      ...identity,
    })
    const stop = () => void child.kill('SIGTERM')
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-4_000)
    })
    child.once('error', fail)
    child.once('close', (code, by) => {
      signal?.removeEventListener('abort', stop)
      done(code === 0 ? null : stderr.trim() || (by ?? `exit code ${code}`))
    })
  })
}

function notMade(path: string, output: string): ElvesError {
  if (saysDiskFull(output)) return diskFull(path)
  const remedy = 'Mend what it says, or set ELVES_DATABASE_URL to a Postgres server.'
  return new ElvesError('DATABASE_NOT_STARTED', `The database in ${path} could not be made. ${remedy} Postgres says:\n${output}`, { facts: { path } })
}

async function checkVersion(path: string, binaries: Binaries): Promise<void> {
  const version = await readFile(join(path, 'PG_VERSION'), 'utf8').catch(() => null)
  if (version === null) throw damaged(path, `it has no PG_VERSION (it holds ${(await readdir(path)).length} entries)`)
  if (version.trim() !== binaries.majorVersion) throw damaged(path, `it was made by Postgres ${version.trim()}, this is ${binaries.majorVersion}`)
}

async function readPassword(dir: string, path: string): Promise<string> {
  const password = await readFile(join(dir, 'password'), 'utf8').catch(() => null)
  if (password === null || password === '') throw damaged(path, `the password in ${join(dir, 'password')} is missing`)
  return password
}

/** Makes the one error for a database that can not be used; its message says what to do. */
export function damaged(path: string, reason: string, cause?: unknown): ElvesError {
  const remedy = 'Put the data folder back from a backup, or move it away to begin with an empty history.'
  return new ElvesError('DATA_FOLDER_DAMAGED', `The database in ${path} can not be used: ${reason}. ${remedy}`, { cause, facts: { path } })
}
