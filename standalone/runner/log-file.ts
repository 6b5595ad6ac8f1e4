import { openSync, renameSync, statSync } from 'node:fs'
import { LogOutlet } from '@elves/core/foundation/log-outlet.ts'
import type pino from 'pino'

const turnBytes = 20 * 1024 * 1024

/** A log that several processes write to. */
export interface LogFile {
  readonly path: string
  readonly outlet: LogOutlet
  /** Writes whole lines; the last one ends with a line break, too. */
  write(lines: string): void
  /** A stream for the lines of one process: each line begins with the process's name. */
  named(name: string): pino.DestinationStream
}

/** Appends to the file, readable to its owner only; renames a large one of earlier runs. If the disk is full, only the log is lost. */
export function logFile(path: string): LogFile {
  turn(path)
  const outlet = new LogOutlet(openSync(path, 'a', 0o600))
  const write = (lines: string) => outlet.write(lines)
  return {
    path,
    outlet,
    write,
    named: (name) => ({ write: (lines) => write(prefixed(name, lines)) }),
  }
}

/** Renames a large file. For a file that another process writes, call this before that process opens it. */
export function turn(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > turnBytes) renameSync(path, `${path}.1`)
}

/** Wide enough to align the usual names. */
const nameWidth = 'projection-service-1'.length

/** Puts `name | ` before each line, and ends the text with a line break. */
export function prefixed(name: string, lines: string): string {
  return lines
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${name.padEnd(nameWidth)} | ${line}\n`)
    .join('')
}
