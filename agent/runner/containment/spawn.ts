import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { type ChildPipe, closeChildEnds, type Pipes } from '../pipes.ts'
import { endFirst } from './out-of-memory.ts'
import { runLater } from './priority.ts'

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
  /** How much lower its CPU priority is than that of this process, 0 to 19. */
  readonly nice: number
}

/**
 * Spawns with this file as standard input, or an empty one. Throws errors that `spawn` does not report as an event: no
 * pipe, or a NUL character, for example.
 */
export function spawnWorker({ paramFile, ...options }: SpawnOptions & { readonly paramFile: string | null }): WorkerProcess {
  const input = paramFile === null ? null : openSync(paramFile, 'r')
  try {
    const { child, stdout, stderr } = spawnWith(options, input ?? 'ignore')
    return { child, stdout, stderr }
  } finally {
    if (input !== null) closeSync(input)
  }
}

/** Spawns with a real pipe as standard input. Throws as {@link spawnWorker} does. */
export function spawnReader(options: SpawnOptions & { readonly pipes: Pipes }): WorkerProcess & { readonly stdin: Writable } {
  const { stdin, ...worker } = spawnWith(options, 'pipe')
  if (stdin === null) throw new TypeError('no pipe to the child')
  return { ...worker, stdin }
}

function spawnWith(
  { argv, argv0 = argv[0], cwd, env, pipes, nice }: SpawnOptions,
  input: 'pipe' | 'ignore' | number,
): WorkerProcess & { readonly stdin: Writable | null } {
  const [file, ...args] = argv
  const opened: ChildPipe[] = []
  function open(pipe: ChildPipe | null): ChildPipe | null {
    if (pipe !== null) opened.push(pipe)
    return pipe
  }
  try {
    const stdin = open(input === 'pipe' && pipes ? pipes.toChild() : null)
    const stdout = open(pipes?.fromChild() ?? null)
    const stderr = open(pipes?.fromChild() ?? null)
    const stdio = [stdin?.childFd ?? (input === 'pipe' ? 'ignore' : input), stdout?.childFd ?? 'pipe', stderr?.childFd ?? 'pipe'] as const
    // The child gets its own session, so that Ctrl-C at a terminal reaches only the agent.
    const child = spawn(file, args, { argv0, cwd, env, detached: true, windowsHide: true, stdio: [...stdio] })
    // Listen before anything else can throw: an error event without a listener ends this process.
    child.on('error', () => {})
    if (child.pid !== undefined) {
      endFirst(child.pid)
      runLater(child.pid, nice)
    }
    // If Node has no descriptors left, the child's own streams are undefined.
    return { child, stdin: stdin?.stream ?? null, stdout: stdout?.stream ?? child.stdout ?? null, stderr: stderr?.stream ?? child.stderr ?? null }
  } catch (error) {
    for (const pipe of opened) pipe.stream.destroy()
    throw error
  } finally {
    closeChildEnds(opened)
  }
}
