import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

type Env = Readonly<Record<string, string | undefined>>

/** Settings of ours hold secrets: the join token, the brokers' password. */
const isOurs = (name: string) => name.startsWith('ELVES_')
const standardInput = 0

/** The environment without settings of ours. */
export function withoutSettings(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !isOurs(entry[0])))
}

/**
 * Leaves the settings for the image of this process that comes next: in a file without a name, as standard input. The
 * environment of a process can be read in /proc as it was at its start, whatever is deleted later, by every worker of
 * the same user. False where that can't be done; then nothing has changed.
 */
export function handOver(folder: string, env: Env): boolean {
  const path = join(folder, `hand-over-${process.pid}`)
  const settings = Object.fromEntries(Object.entries(env).filter(([name]) => isOurs(name)))
  closeQuietly(standardInput)
  try {
    // The lowest free descriptor is taken, and the three standard ones are what a new image inherits.
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

/** What the image before this one left, and nothing where it left nothing. */
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
