import { readFileSync } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'

export interface FoundProcess {
  readonly pid: number
  readonly command: string
}

/**
 * Returns the live processes, except this one, that have this text in their command line, environment or working directory.
 * With a data folder's path, these are all that a platform left running. Linux only.
 */
export async function processesOf(text: string): Promise<FoundProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(pids.map((pid) => (pid === process.pid ? null : ifNamed(pid, text))))
  return found.filter((entry) => entry !== null)
}

async function ifNamed(pid: number, text: string): Promise<FoundProcess | null> {
  try {
    const [command, environment, cwd, status] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    const isNamed = [command, environment, cwd].some((place) => place.includes(text))
    return isNamed && !isDead(status) ? { pid, command: command.replaceAll('\0', ' ').trim() } : null
  } catch {
    return null
  }
}

/**
 * Returns this machine's pid for a process that has the pid `pidInside` in the PID namespace of `neighbour`; null if there is
 * none. Linux only.
 */
export async function pidOutside(neighbour: number, pidInside: number): Promise<number | null> {
  const namespace = await readlink(`/proc/${neighbour}/ns/pid`)
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const inside = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
      const isIt = Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1]) === pidInside
      return isIt && (await readlink(`/proc/${pid}/ns/pid`).catch(() => '')) === namespace
    }),
  )
  return pids.find((_pid, index) => inside[index]) ?? null
}

/** Returns true if the process runs. A dead one that waits to be reaped does not. Linux only. */
export function isAlive(pid: number): boolean {
  try {
    return !isDead(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Reads `/proc/<pid>/stat`, where the state follows the name in brackets. */
function isDead(stat: string): boolean {
  return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}
