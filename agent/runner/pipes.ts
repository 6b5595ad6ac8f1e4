import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'

/** Made by one `mkfifo` (3 ms) at a time, so that a run pays a fraction of it. */
const batchSize = 64

/** A pipe with one end for us and one for a child; close the child's when the child has it. */
export interface ChildPipe {
  readonly stream: Socket
  readonly childFd: number
}

/** Real pipes between this process and children; null where this host has none. */
export interface Pipes {
  fromChild(): ChildPipe | null
  toChild(): ChildPipe | null
  close(): void
}

/**
 * Node gives a child sockets where it is asked for pipes, and a socket can't be opened again: a script's
 * `echo … > /dev/stderr` would fail with "No such device or address". So each pipe begins as a FIFO in `dir`, which has
 * no name any more once both ends are open.
 */
export function pipes(dir: string, logger: Logger): Pipes {
  let made: string[] = []
  let isUsable = process.platform !== 'win32'

  function make(): void {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const paths = Array.from({ length: batchSize }, (_, i) => join(dir, String(i)))
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'pipe' })
    made = paths
  }

  function next(): string {
    const path = made.pop()
    if (path !== undefined && existsSync(path)) return path
    make()
    return made.pop() ?? ''
  }

  function open(openPipe: (path: string) => ChildPipe): ChildPipe | null {
    if (!isUsable) return null
    try {
      return openPipe(next())
    } catch (error) {
      isUsable = false
      logger.warn({ err: error }, 'no pipes: workers can not open /dev/stdout or /dev/stderr')
      return null
    }
  }

  return { fromChild: () => open(pipeFromChild), toChild: () => open(pipeToChild), close: () => rmSync(dir, { recursive: true, force: true }) }
}

function pipeFromChild(path: string): ChildPipe {
  // Our end first and without waiting, else each end would wait for the other.
  const ownFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const childFd = openSync(path, constants.O_WRONLY)
  unlinkSync(path)
  return { stream: new Socket({ fd: ownFd, readable: true, writable: false }), childFd }
}

function pipeToChild(path: string): ChildPipe {
  // Writing alone can't be opened first; and the child's end must be one that waits.
  const ownFd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const childFd = openSync(path, constants.O_RDONLY)
  unlinkSync(path)
  return { stream: new Socket({ fd: ownFd, readable: false, writable: true }), childFd }
}

/** Closes our copy of the child's ends; the child has its own. */
export function closeChildEnds(opened: readonly (ChildPipe | null)[]): void {
  for (const pipe of opened) if (pipe !== null) closeSync(pipe.childFd)
}
