import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { type ChildPipe, closeChildEnds, type Pipes } from '../pipes.ts'
import { endFirst } from './out-of-memory.ts'

/** A worker's process and what it prints. */
export interface WorkerProcess {
  readonly child: ChildProcess
  /** Null if the agent had no descriptor left for it; then the child reports an error. */
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}

export interface SpawnOptions {
  readonly argv: readonly [string, ...string[]]
  /** The program's own name as it sees it; default argv[0]. */
  readonly argv0?: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Null if this host has no FIFOs; then the child gets sockets. */
  readonly pipes: Pipes | null
}

/** Spawns with an empty standard input. Throws errors that `spawn` does not report as an event: no pipe, or a NUL character, for example. */
export function spawnWorker(options: SpawnOptions): WorkerProcess {
  const { child, stdout, stderr } = spawnWith(options, false)
  return { child, stdout, stderr }
}

/** Spawns with a real pipe as standard input. Throws as {@link spawnWorker} does. */
export function spawnReader(options: SpawnOptions & { readonly pipes: Pipes }): WorkerProcess & { readonly stdin: Writable } {
  const { stdin, ...worker } = spawnWith(options, true)
  if (stdin === null) throw new TypeError('no pipe to the child')
  return { ...worker, stdin }
}

function spawnWith({ argv, argv0 = argv[0], cwd, env, pipes }: SpawnOptions, hasInput: boolean): WorkerProcess & { readonly stdin: Writable | null } {
  const [file, ...args] = argv
  const opened: ChildPipe[] = []
  function open(pipe: ChildPipe | null): ChildPipe | null {
    if (pipe !== null) opened.push(pipe)
    return pipe
  }
  try {
    const stdin = open(hasInput && pipes ? pipes.toChild() : null)
    const stdout = open(pipes?.fromChild() ?? null)
    const stderr = open(pipes?.fromChild() ?? null)
    const stdio = [stdin?.childFd ?? 'ignore', stdout?.childFd ?? 'pipe', stderr?.childFd ?? 'pipe'] as const
    // The child gets its own session, so that Ctrl-C at a terminal reaches only the agent.
    const child = spawn(file, args, { argv0, cwd, env, detached: true, windowsHide: true, stdio: [...stdio] })
    // Listen before anything else can throw: an error event without a listener ends this process.
    child.on('error', () => {})
    if (child.pid !== undefined) endFirst(child.pid)
    // If Node has no descriptors left, the child's own streams are undefined.
    return { child, stdin: stdin?.stream ?? null, stdout: stdout?.stream ?? child.stdout ?? null, stderr: stderr?.stream ?? child.stderr ?? null }
  } catch (error) {
    for (const pipe of opened) pipe.stream.destroy()
    throw error
  } finally {
    closeChildEnds(opened)
  }
}
