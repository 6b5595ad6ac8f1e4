import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { until } from '@elves/core/foundation/waiting.ts'

const pidFile = 'broker.pid'

/** Writes the pid down, so that the next start can find a broker that outlives this process. */
export async function notePid(dir: string, pid: number): Promise<void> {
  await writeFile(join(dir, pidFile), String(pid))
}

/** Stops a broker that outlived the process which started it, for example because the system has no parent-death signal. */
export async function stopOrphanBroker(dir: string): Promise<{ stoppedPid: number | null }> {
  const pid = Number(await readFile(join(dir, pidFile), 'utf8').catch(() => '0'))
  if (!(await isBrokerOf(pid, dir))) return { stoppedPid: null }
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      // it ended meanwhile
    }
    if (await until(async () => !(await isBrokerOf(pid, dir)), 5_000)) {
      await rm(join(dir, pidFile), { force: true })
      return { stoppedPid: pid }
    }
  }
  throw new ElvesError('DATA_FOLDER_IN_USE', `A Kafka broker (pid ${pid}) still works on ${dir} and does not stop.`, { facts: { pid } })
}

/** Recognizes the broker by its command line, which names the folder; its pid may belong to another process by now. Linux only. */
async function isBrokerOf(pid: number, dir: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1) return false
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.split('\0').includes(join(dir, 'server.properties'))
}
