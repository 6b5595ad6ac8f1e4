import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { diskFull, saysDiskFull, startError } from '@elves/core/foundation/start-error.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { freePort } from '../free-port.ts'
import type { Probe } from '../probe.ts'
import { refuseStopped } from '../stopping.ts'
import { binaries } from './binaries.ts'
import { type DataFolder, damaged, dataFolder, type Steps } from './data-folder.ts'
import { stopOrphan } from './orphan.ts'
import { type ServerProcess, serverAnswer, serverProcess } from './server-process.ts'
import { serverUser } from './server-user.ts'

/** A Postgres server that we run, and that answers. */
export interface EmbeddedPostgres extends Running {
  /** Includes the password; stays the same after a restart on the same port. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Resolves with the last lines of its stderr when the server is gone, wanted or not. */
  readonly ended: Promise<string>
  /** Tells a person where things are; empty if everything is in the folder that was asked for. */
  readonly notes: readonly string[]
}

export interface EmbeddedPostgresOptions extends Steps {
  /** Holds the database, its password (0600) and `connection.json` (0600). */
  readonly dir: string
  readonly logger: Logger
  /** Port to use again, so that processes which know the url find the server after a restart; default any free one. */
  readonly port?: number
}

const attemptsToStart = 10
/** Limit without any sign of life. A server that repairs itself after a kill says so, and gets as long as it takes. */
const silentStartMs = 60_000

/** A server that takes no new connection is of no use, even if its process runs. */
export const postgresProbe: Probe<EmbeddedPostgres> = {
  async ask({ url }) {
    const answer = await serverAnswer(url, 10_000)
    return answer === 'answers' || answer === 'busy' ? 'well' : answer
  },
}

/**
 * Starts the server on 127.0.0.1, with a database that is made at the first start; first stops a server that still runs from
 * an earlier start. Throws DATA_FOLDER_DAMAGED, DATA_FOLDER_IN_USE, DISK_FULL, DATABASE_NOT_STARTED, SHUTTING_DOWN.
 */
export async function embeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dir = resolve(options.dir)
  try {
    return await started({ ...options, dir })
  } catch (error) {
    throw startError(error, dir)
  }
}

async function started({ dir, logger, port: wantedPort, say, signal }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = await serverUser()
  const programs = await binaries(user)
  const folder = await dataFolder(dir, programs, user, { say, signal })
  const { stoppedPid } = await stopOrphan(folder.path)
  if (stoppedPid !== null) logger.warn({ pid: stoppedPid }, 'stopped a Postgres that was left from before')
  say?.('Starting Postgres.')
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort ?? (await freePort())
    const server = serverProcess({ program: programs.postgres, dataPath: folder.path, port, user })
    const url = `postgres://elves:${folder.password}@127.0.0.1:${port}/postgres`
    if (await answers(server, url, { say, signal })) return running({ dir, url, port, server, notes: notesOn(folder, programs.copiedTo) })
    await server.stop()
    refuseStopped(signal)
    // A killed server's last processes and shared memory need a moment to go; another process may have taken the port.
    const reason = await server.ended
    if (saysDiskFull(reason)) throw diskFull(folder.path)
    if (attempt === attemptsToStart) throw damaged(folder.path, `Postgres does not start on it:\n${reason}\n`)
    logger.debug({ attempt, reason }, 'Postgres did not start')
    await delay(300)
  }
}

/** Returns false if the server ends, gives no sign of life for too long, or is no longer wanted. */
async function answers(server: ServerProcess, url: string, { say, signal }: Steps): Promise<boolean> {
  for (let isFirst = true; ; isFirst = false) {
    let isBusy = false
    let isThere = false
    await until(async () => {
      const answer = await serverAnswer(url)
      isThere = answer === 'answers'
      isBusy = answer === 'busy'
      return isThere || server.isEnded() || signal?.aborted === true
    }, silentStartMs)
    if (isThere) return true
    if (server.isEnded() || signal?.aborted || !isBusy) return false
    if (isFirst) say?.('Postgres repairs its files after a stop that was not clean; that can take minutes.')
  }
}

async function running(started: {
  dir: string
  url: string
  port: number
  server: ServerProcess
  notes: readonly string[]
}): Promise<EmbeddedPostgres> {
  const { dir, url, port, server, notes } = started
  const connectionFile = join(dir, 'connection.json')
  const stop = async () => {
    await server.stop()
    await rm(connectionFile, { force: true })
  }
  try {
    await writeFile(`${connectionFile}.new`, JSON.stringify({ url }), { mode: 0o600 })
    await chmod(`${connectionFile}.new`, 0o600)
    await rename(`${connectionFile}.new`, connectionFile)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, port, pid: server.pid, ended: server.ended, notes, stop }
}

function notesOn(folder: DataFolder, copiedTo: string | null): string[] {
  const notes: string[] = []
  if (folder.isElsewhere) notes.push(`The database is in ${folder.path}: its user can not get into the data folder itself.`)
  if (copiedTo !== null) notes.push(`Postgres' programs were copied to ${copiedTo}: its user can not get into node_modules.`)
  return notes
}
