import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, unlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'

/** Made by one `mkfifo` (3 ms) at a time, so that a run pays a fraction of it. */
const batchSize = 64

/** A pipe: what is written to the descriptor comes out of the stream. */
export interface OutputPipe {
  readonly stream: Socket
  readonly writeFd: number
}

/** Real pipes for workers' output; null where this host has none. */
export interface OutputPipes {
  open(): OutputPipe | null
  close(): void
}

/**
 * Node gives a child sockets where it is asked for pipes, and a socket can't be opened again: a script's
 * `echo … > /dev/stderr` would fail with "No such device or address". So each pipe begins as a FIFO in `dir`, which has
 * no name any more once both ends are open.
 */
export function outputPipes(dir: string, logger: Logger): OutputPipes {
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

  function open(): OutputPipe | null {
    if (!isUsable) return null
    try {
      return openPipe(next())
    } catch (error) {
      isUsable = false
      logger.warn({ err: error }, 'no pipes: workers can not open /dev/stdout or /dev/stderr')
      return null
    }
  }

  return { open, close: () => rmSync(dir, { recursive: true, force: true }) }
}

function openPipe(path: string): OutputPipe {
  // Reading first and without waiting, else each end would wait for the other.
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeFd = openSync(path, constants.O_WRONLY)
  unlinkSync(path)
  return { stream: new Socket({ fd: readFd, readable: true, writable: false }), writeFd }
}

/** Closes our copy of the writing end; the worker has its own. */
export function closeWriting(pipes: readonly (OutputPipe | null)[]): void {
  for (const pipe of pipes) if (pipe !== null) closeSync(pipe.writeFd)
}
