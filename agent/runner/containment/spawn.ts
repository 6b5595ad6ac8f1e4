import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { type ChildPipe, closeChildEnds, type Pipes } from '../pipes.ts'

/** A worker's process and what it prints. */
export interface WorkerProcess {
  readonly child: ChildProcess
  /** Null where the agent had no descriptor left for it; then the child reports an error. */
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}

export interface SpawnOptions {
  readonly argv: readonly [string, ...string[]]
  /** What the program sees as its own name; default argv[0]. */
  readonly argv0?: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly pipes: Pipes
}

/** Spawns with nothing on standard input. Throws what `spawn` does not report as an event: a NUL character, say. */
export function spawnWorker(options: SpawnOptions): WorkerProcess {
  return spawnWith(options, null)
}

/** Spawns with a real pipe as standard input; null where there are no pipes. */
export function spawnReader(options: SpawnOptions): (WorkerProcess & { stdin: Writable }) | null {
  const stdin = options.pipes.toChild()
  return stdin === null ? null : { ...spawnWith(options, stdin), stdin: stdin.stream }
}

function spawnWith({ argv, argv0 = argv[0], cwd, env, pipes }: SpawnOptions, stdin: ChildPipe | null): WorkerProcess {
  const [file, ...args] = argv
  const stdout = pipes.fromChild()
  const stderr = pipes.fromChild()
  try {
    const stdio = [stdin?.childFd ?? 'ignore', stdout?.childFd ?? 'pipe', stderr?.childFd ?? 'pipe'] as const
    // A session of its own: Ctrl-C at a terminal is for the agent, which then decides.
    const child = spawn(file, args, { argv0, cwd, env, detached: true, windowsHide: true, stdio: [...stdio] })
    return { child, stdout: stdout?.stream ?? child.stdout, stderr: stderr?.stream ?? child.stderr }
  } catch (error) {
    for (const pipe of [stdin, stdout, stderr]) pipe?.stream.destroy()
    throw error
  } finally {
    closeChildEnds([stdin, stdout, stderr])
  }
}
