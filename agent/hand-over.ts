import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

type Env = Readonly<Record<string, string | undefined>>

/** ELVES_ settings contain secrets: the join token, the brokers' password. */
const isOurs = (name: string) => name.startsWith('ELVES_')
const standardInput = 0

/** Returns the environment without the ELVES_ settings. */
export function withoutSettings(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !isOurs(entry[0])))
}

/**
 * Hands the settings to the next image of this process in an unlinked file that becomes its standard input. They must
 * not be in its environment: /proc shows a process's environment as it was at the start, also after a variable was
 * deleted, and every worker of the same user can read it. Returns false, and changes nothing, if the file can't be
 * made.
 */
export function handOver(folder: string, env: Env): boolean {
  const path = join(folder, `hand-over-${process.pid}`)
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => isOurs(name)))
  closeQuietly(standardInput)
  try {
    // `open` takes the lowest free descriptor, which is 0 now. A new image inherits only the three standard descriptors.
    const fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    writeSync(fd, JSON.stringify(settings), 0)
    if (fd === standardInput) return true
    closeSync(fd)
  } catch {
    closeQuietly(standardInput)
  }
  openSync('/dev/null', 'r')
  return false
}

/** Returns the settings that the previous image handed over; none if it handed over nothing. */
export function takenOver(): Env {
  const stat = fstatSync(standardInput)
  if (!stat.isFile() || stat.nlink !== 0) return {}
  const bytes = Buffer.alloc(stat.size)
  readSync(standardInput, bytes, 0, bytes.length, 0)
  closeSync(standardInput)
  openSync('/dev/null', 'r')
  return JSON.parse(bytes.toString('utf8')) as Env
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // It was not open.
  }
}
