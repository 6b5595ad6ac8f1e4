import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { until } from '@elves/core/foundation/until.ts'
import pg from 'pg'
import type { ServerUser } from './server-user.ts'

/** One running postmaster. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves with the last lines of its standard error, when it is gone. */
  readonly ended: Promise<string>
  readonly isEnded: () => boolean
  /** Fast shutdown: open transactions are rolled back, the rest is written. */
  stop(): Promise<void>
}

export interface Launch {
  readonly program: string
  readonly dataPath: string
  readonly port: number
  readonly user: ServerUser | null
}

const options = [
  'shared_buffers=128MB',
  'max_connections=200',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'jit=off',
  'timezone=UTC',
] as const
const keptStderrChars = 4_000

/** Spawns the server; it may still end at once. Call it from the main thread: the parent-death signal is the thread's. */
export function serverProcess({ program, dataPath, port, user }: Launch): ServerProcess {
  const args = ['-D', dataPath, '-p', String(port), ...options.flatMap((option) => ['-c', option])]
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  const command = setpriv === undefined ? [program, ...args] : [setpriv, '--pdeathsig', 'INT', program, ...args]
  const identity = user === null ? {} : { uid: user.uid, gid: user.gid }
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: '/',
    // Out of the terminal's process group: Ctrl-C is for us, and the server is stopped last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...identity,
  })
  const ended = endOf(child)
  const isEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  return { pid: child.pid ?? -1, ended, isEnded, stop: () => stopChild(child, ended) }
}

/** Whether the server answers a query. */
export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function endOf(child: ChildProcess): Promise<string> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-keptStderrChars)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${stderr}\n${error.message}`.trim()))
    // Not `close`: backends of a killed server hold the pipe for a while.
    child.once('exit', (code, signal) => setImmediate(() => resolve(`${stderr}\n(${signal ?? `exit code ${code}`})`.trim())))
  })
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const isGone = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isGone()) break
    child.kill(signal)
    if (await until(isGone, 10_000)) break
  }
  await ended
  child.stderr?.destroy()
}
