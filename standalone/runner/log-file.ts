import { openSync, renameSync, statSync } from 'node:fs'
import { LogOutlet } from '@elves/core/foundation/log-outlet.ts'
import type pino from 'pino'

const turnBytes = 20 * 1024 * 1024

/** A log that several processes end up in. */
export interface LogFile {
  readonly path: string
  readonly outlet: LogOutlet
  /** Whole lines, the last with its line break. */
  write(lines: string): void
  /** For lines of one process: each begins with its name. */
  named(name: string): pino.DestinationStream
}

/** Appends to the file, readable to its owner only; a large one of earlier runs is put aside. A full disk takes the log away, not the platform. */
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

/** Puts a large file aside; for the ones that others write, before they open it. */
export function turn(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > turnBytes) renameSync(path, `${path}.1`)
}

/** So wide that the usual names are aligned. */
const nameWidth = 'projection-service-1'.length

/** `name | line` for each line; a line break at the end is kept, or made. */
export function prefixed(name: string, lines: string): string {
  return lines
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${name.padEnd(nameWidth)} | ${line}\n`)
    .join('')
}
