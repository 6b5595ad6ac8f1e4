import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { shortageOf } from './shortage.ts'

/** Made by one `mkfifo` (3 ms) at a time, so that a run pays a fraction of it. */
const batchSize = 64

/** A pipe with one end for us and one for a child; close the child's when the child has it. */
export interface ChildPipe {
  readonly stream: Socket
  readonly childFd: number
}

/** Real pipes between this process and children. Both throw where there can be no pipe now. */
export interface Pipes {
  fromChild(): ChildPipe
  toChild(): ChildPipe
  close(): void
}

/**
 * Node gives a child sockets where it is asked for pipes, and a socket can't be opened again: a script's
 * `echo … > /dev/stderr` would fail with "No such device or address". So each pipe begins as a FIFO in `dir`, which has
 * no name any more once both ends are open. Null where this host has no FIFOs: that is found out here, once.
 */
export function pipes(dir: string, logger: Logger): Pipes | null {
  if (process.platform === 'win32') return null
  const fifos = fifosIn(dir)
  try {
    fifos.make()
  } catch (error) {
    if (shortageOf(error) === null) {
      logger.warn({ err: error }, 'no pipes: workers can not open /dev/stdout or /dev/stderr')
      return null
    }
  }

  function open(openPipe: (path: string) => ChildPipe): ChildPipe {
    const path = fifos.take()
    try {
      const pipe = openPipe(path)
      unlinkSync(path)
      return pipe
    } catch (error) {
      fifos.giveBack(path)
      throw error
    }
  }

  return { fromChild: () => open(pipeFromChild), toChild: () => open(pipeToChild), close: () => rmSync(dir, { recursive: true, force: true }) }
}

/** Throw where none can be made now. */
interface Fifos {
  make(): void
  take(): string
  giveBack(path: string): void
}

function fifosIn(dir: string): Fifos {
  let made: string[] = []

  function make(): void {
    made = []
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const paths = Array.from({ length: batchSize }, (_, i) => join(dir, String(i)))
    try {
      execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'pipe', env: { PATH: process.env['PATH'], LC_ALL: 'C' } })
    } finally {
      // Where room ran out on the way, the first of them are there.
      made = paths.filter((path) => existsSync(path))
    }
  }

  function take(): string {
    const path = made.pop()
    if (path !== undefined && existsSync(path)) return path
    try {
      make()
    } catch (error) {
      if (made.length === 0) throw error
    }
    return made.pop() ?? ''
  }

  return { make, take, giveBack: (path) => made.push(path) }
}

function pipeFromChild(path: string): ChildPipe {
  // Our end first and without waiting, else each end would wait for the other.
  return openBoth(path, constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY, { readable: true, writable: false })
}

function pipeToChild(path: string): ChildPipe {
  // Writing alone can't be opened first; and the child's end must be one that waits.
  return openBoth(path, constants.O_RDWR | constants.O_NONBLOCK, constants.O_RDONLY, { readable: false, writable: true })
}

function openBoth(path: string, ownFlags: number, childFlags: number, ways: { readonly readable: boolean; readonly writable: boolean }): ChildPipe {
  const opened: number[] = []
  try {
    const fd = openSync(path, ownFlags)
    opened.push(fd)
    const childFd = openSync(path, childFlags)
    opened.push(childFd)
    return { stream: new Socket({ fd, ...ways }), childFd }
  } catch (error) {
    for (const fd of opened) closeSync(fd)
    throw error
  }
}

/** Closes our copy of the child's ends; the child has its own. */
export function closeChildEnds(opened: readonly ChildPipe[]): void {
  for (const pipe of opened) closeSync(pipe.childFd)
}
