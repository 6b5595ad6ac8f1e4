import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Containment } from './containment/containment.ts'
import { cancelled, rejected, spawnFailed, timedOut } from './run-end.ts'
import type { Run, RunEnd } from './worker-call.ts'
import type { WorkerCommand } from './worker-command.ts'
import { endOfWorker, type WorkerExit } from './worker-exit.ts'
import { type WorkerOutput, workerOutput } from './worker-output.ts'

/** How long after its worker's exit a run waits for output, when something still holds the pipe. */
const drainMs = 200
/** A daemon that never stops printing does not keep the run from ending. */
const drainAtMostMs = 2_000
/** A longer timer would fire at once. */
const longestTimerMs = 2_147_483_647

export interface RunOptions {
  readonly command: WorkerCommand
  readonly containment: Containment
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly stopGraceMs: number
  readonly resultBytes: number
  /** Gets a pipe that something still holds after the end. */
  readonly keepDraining: (pipe: Readable) => void
}

/** Spawns the worker now and follows it to its end. */
export function startRun(options: RunOptions): Run {
  try {
    return new WorkerRun(options)
  } catch (error) {
    // spawn throws what it does not report: an argument with a NUL character, say.
    options.containment.release()
    return { ended: Promise.resolve(rejected(spawnFailed(asElvesError(error).message))), cancel: () => {} }
  }
}

class WorkerRun implements Run {
  readonly ended: Promise<RunEnd>
  readonly #options: RunOptions
  readonly #child: ChildProcess
  readonly #pipes: readonly Readable[]
  readonly #output: WorkerOutput
  readonly #resolve: (end: RunEnd) => void
  readonly #startedAt: number
  readonly #timeout: NodeJS.Timeout | undefined
  #exit: WorkerExit | null = null
  #isStopping = false
  #hasEnded = false
  #chunksRead = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#output = workerOutput(options.resultBytes)
    const { promise, resolve } = Promise.withResolvers<RunEnd>()
    this.ended = promise
    this.#resolve = resolve
    const { command, containment, env, timeoutMs } = options
    const [file, ...args] = containment.wrap(command.argv)
    this.#startedAt = performance.now()
    // A session of its own: Ctrl-C at a terminal is for the agent, which then decides.
    this.#child = spawn(file, args, { cwd: command.cwd, env, detached: true, windowsHide: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#timeout =
      timeoutMs > 0
        ? setTimeout(() => this.#stop((proof) => timedOut(timeoutMs, this.#costMs(), proof)), Math.min(timeoutMs, longestTimerMs))
        : undefined
    this.#pipes = this.#read()
    this.#child.on('error', (error) => {
      // Without a pid nothing was spawned; with one it is a signal that could not be sent, and the kill finds that out itself.
      if (this.#child.pid === undefined) this.#end(rejected(spawnFailed(error.message)))
    })
    this.#child.on('exit', (code, signal) => this.#exited(code, signal))
    // The worker has exited and nobody holds its pipes any more: nothing to wait for.
    this.#child.on('close', () => this.#endNormally())
  }

  cancel(): void {
    this.#stop((proof) => cancelled(this.#costMs(), proof))
  }

  #read(): Readable[] {
    const { stdout, stderr } = this.#child
    const listen = (pipe: Readable, write: (chunk: Buffer) => void) =>
      pipe.on('data', (chunk: Buffer) => {
        this.#chunksRead += 1
        write(chunk)
      })
    // Where the process had no descriptor left for pipes, they are missing and `error` follows.
    if (!stdout || !stderr) return []
    return [listen(stdout, this.#output.writeStandardOutput), listen(stderr, this.#output.writeStandardError)]
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const exitedAt = performance.now()
    this.#exit = { code, signal, costMs: this.#costMs() }
    clearTimeout(this.#timeout)
    if (!this.#isStopping) setTimeout(() => this.#endWhenDrained(exitedAt + drainAtMostMs), drainMs)
  }

  /** When this process was busy the timer may fire before data that is already there was read; so one quiet turn of the loop. */
  #endWhenDrained(giveUpAt: number): void {
    if (this.#hasEnded) return
    const readBefore = this.#chunksRead
    setImmediate(() => {
      if (this.#chunksRead === readBefore || performance.now() > giveUpAt) this.#endNormally()
      else this.#endWhenDrained(giveUpAt)
    })
  }

  #endNormally(): void {
    if (this.#isStopping || this.#hasEnded || this.#exit === null) return
    this.#end(endOfWorker(this.#exit, this.#output.finish(), this.#options.containment.failureMark))
  }

  #stop(endOfKill: (proof: KillProof) => RunEnd): void {
    const { pid } = this.#child
    // Once the worker has exited its result stands, whether it was read already or not.
    if (this.#isStopping || this.#hasEnded || this.#exit !== null || pid === undefined) return
    this.#isStopping = true
    clearTimeout(this.#timeout)
    const leader = { pid, hasExited: () => this.#exit !== null }
    const { containment, stopGraceMs } = this.#options
    containment.kill(leader, stopGraceMs).then(
      (proof) => this.#end(endOfKill(proof)),
      () => this.#end(endOfKill('BEST_EFFORT')),
    )
  }

  #end(runEnd: RunEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearTimeout(this.#timeout)
    for (const pipe of this.#pipes) {
      pipe.removeAllListeners('data')
      if (!pipe.closed) this.#options.keepDraining(pipe)
    }
    if (!this.#isStopping) this.#options.containment.release()
    this.#resolve(runEnd)
  }

  #costMs(): number {
    return Math.round(performance.now() - this.#startedAt)
  }
}
