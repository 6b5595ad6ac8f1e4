import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { isChildGone, stopChild } from '../child-end.ts'
import { dyingWithParent } from '../dying-with-parent.ts'
import { spawned } from '../spawned.ts'
import type { ServerUser } from './server-user.ts'

/** A postmaster process. */
export interface ServerProcess {
  readonly pid: number
  /** Resolves with the last lines of its stderr when it is gone. */
  readonly ended: Promise<string>
  readonly isEnded: () => boolean
  /** Does a fast shutdown: open transactions are rolled back, the rest is written. */
  stop(): Promise<void>
}

export interface ServerLaunch {
  readonly program: string
  readonly dataPath: string
  readonly port: number
  readonly user: ServerUser | null
}

const stopGraceMs = 10_000
const options = [
  'shared_buffers=128MB',
  'max_connections=200',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'jit=off',
  'timezone=UTC',
  // Shared memory in the data folder, not in /dev/shm: logind removes a user's files there when the user's last session ends.
  'dynamic_shared_memory_type=mmap',
] as const
const keptStderrChars = 4_000

/** Spawns the server; it may still end at once. Call this from the main thread: the parent-death signal belongs to the thread. */
export function serverProcess({ program, dataPath, port, user }: ServerLaunch): ServerProcess {
  const args = ['-D', dataPath, '-p', String(port), ...options.flatMap((option) => ['-c', option])]
  const command = [...dyingWithParent('INT'), program, ...args]
  const identity = user === null ? {} : { uid: user.uid, gid: user.gid }
  const child = spawned(command[0] as string, command.slice(1), {
    cwd: '/',
    // Out of the terminal's process group: Ctrl-C goes only to the runner, which stops the server last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    ...identity,
  })
  const ended = endOf(child)
  const isEnded = () => isChildGone(child)
  const stop = async () => {
    await stopChild(child, [
      ['SIGINT', stopGraceMs],
      ['SIGQUIT', stopGraceMs],
      ['SIGKILL', stopGraceMs],
    ])
    await ended
    child.stderr?.destroy()
  }
  return { pid: child.pid ?? -1, ended, isEnded, stop }
}

/** Result of a new connection: it answers a query, the server is starting or full (`busy`), it reports a fault, or nothing comes. */
export type ServerAnswer = 'answers' | 'busy' | 'broken' | 'silent'

/** The server is starting up or shutting down, or has too many connections. */
const busyStates = new Set(['57P03', '53300'])
/** SQLSTATE classes "system error" and "internal error", and out of memory. */
const brokenState = /^(58|XX|53200)/

/** Opens a connection and asks for one row. */
export async function serverAnswer(url: string, timeoutMs = 2_000): Promise<ServerAnswer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select 1')
    return 'answers'
  } catch (error) {
    const state = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
    if (busyStates.has(state)) return 'busy'
    return brokenState.test(state) ? 'broken' : 'silent'
  } finally {
    await Promise.race([client.end().catch(() => undefined), delay(timeoutMs, undefined, { ref: false })])
  }
}

function endOf(child: ChildProcess): Promise<string> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-keptStderrChars)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${stderr}\n${error.message}`.trim()))
    // Not `close`: backends of a killed server keep the pipe open for a while.
    child.once('exit', (code, signal) => setImmediate(() => resolve(`${stderr}\n(${signal ?? `exit code ${code}`})`.trim())))
  })
}
