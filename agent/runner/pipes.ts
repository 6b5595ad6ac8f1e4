import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { shortageOf } from './shortage.ts'

/** FIFOs that one call of `mkfifo` (3 ms) makes, so that each run pays only a fraction of it. */
const batchSize = 64

/** A pipe with one end for the agent and one for a child. Close `childFd` when the child has its copy. */
export interface ChildPipe {
  readonly stream: Socket
  readonly childFd: number
}

/** Real pipes between this process and children. `fromChild` and `toChild` throw if no pipe can be made now. */
export interface Pipes {
  fromChild(): ChildPipe
  toChild(): ChildPipe
  close(): void
}

/**
 * Node gives a child sockets when it is asked for pipes, and a socket can't be opened again: a script's `echo … >
 * /dev/stderr` would fail with "No such device or address". So each pipe begins as a FIFO in `dir`, which is unlinked
 * once both ends are open. Returns null if this host has no FIFOs, which is tested here, once.
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

/** `make` and `take` throw if no FIFO can be made now. */
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
      // If `mkfifo` failed midway, the first FIFOs exist and can be used.
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
  // Opens the agent's end first and without waiting; otherwise each end would wait for the other.
  return openBoth(path, constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY, { readable: true, writable: false })
}

function pipeToChild(path: string): ChildPipe {
  // O_RDWR, because a FIFO can't be opened first for writing only without waiting. The child's end must be a blocking one.
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

/** Closes the agent's copies of the child's ends; the child has its own. */
export function closeChildEnds(opened: readonly ChildPipe[]): void {
  for (const pipe of opened) closeSync(pipe.childFd)
}
