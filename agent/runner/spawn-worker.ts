import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Containment } from './containment/containment.ts'
import { closeWriting, type OutputPipes } from './output-pipes.ts'
import type { WorkerCommand } from './worker-command.ts'

/** A worker's process and what it prints. */
export interface WorkerProcess {
  readonly child: ChildProcess
  /** Null where the agent had no descriptor left for it; then the child reports an error. */
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}

export interface SpawnOptions {
  readonly command: WorkerCommand
  readonly containment: Containment
  readonly env: Readonly<Record<string, string>>
  readonly outputPipes: OutputPipes
}

/** Throws what `spawn` does not report as an event: an argument with a NUL character, say. */
export function spawnWorker({ command, containment, env, outputPipes }: SpawnOptions): WorkerProcess {
  const [file, ...args] = containment.wrap(command.argv)
  const pipes = [outputPipes.open(), outputPipes.open()] as const
  const [stdout, stderr] = pipes
  try {
    // A session of its own: Ctrl-C at a terminal is for the agent, which then decides.
    const child = spawn(file, args, {
      cwd: command.cwd,
      env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', stdout?.writeFd ?? 'pipe', stderr?.writeFd ?? 'pipe'],
    })
    return { child, stdout: stdout?.stream ?? child.stdout, stderr: stderr?.stream ?? child.stderr }
  } catch (error) {
    for (const pipe of pipes) pipe?.stream.destroy()
    throw error
  } finally {
    closeWriting(pipes)
  }
}
