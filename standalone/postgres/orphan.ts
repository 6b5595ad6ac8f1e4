import { existsSync } from 'node:fs'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { until } from '@elves/core/foundation/waiting.ts'

/**
 * Stops a Postgres that outlived the process which started it. If that Postgres is gone, removes its lock file: the pid in it
 * may belong to another process by now, and Postgres would then refuse to start.
 */
export async function stopOrphan(dataPath: string): Promise<{ stoppedPid: number | null }> {
  const lockFile = join(dataPath, 'postmaster.pid')
  if (!existsSync(lockFile)) return { stoppedPid: null }
  const pid = Number((await readFile(lockFile, 'utf8')).split('\n')[0])
  if (!(await isServerOf(pid, dataPath))) {
    await rm(lockFile, { force: true })
    return { stoppedPid: null }
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalIfAlive(pid, signal)
    if (await until(async () => !(await isServerOf(pid, dataPath)), 10_000)) {
      await rm(lockFile, { force: true })
      return { stoppedPid: pid }
    }
  }
  throw new ElvesError('DATA_FOLDER_IN_USE', `Postgres (pid ${pid}) still works on ${dataPath} and does not stop.`, { facts: { pid } })
}

/** Returns true if this pid is a postgres whose working directory is the data folder, as a server's always is. */
async function isServerOf(pid: number, dataPath: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  if (process.platform !== 'linux') return isAlive(pid)
  try {
    const [cwd, comm] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')])
    return comm.trim() === 'postgres' && cwd === (await realpath(dataPath))
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // the process has ended meanwhile
  }
}
