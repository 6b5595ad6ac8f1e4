import type { Readable } from 'node:stream'
import { until } from '@elves/core/foundation/waiting.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { WorkerMode } from './app-manifest.ts'
import type { Contained } from './containment/containment.ts'
import type { Masking } from './masking.ts'
import { cancelled, type Kill, notStarted, rejected, timedOut, withExit } from './run-end.ts'
import type { Run, RunEnd } from './worker-call.ts'
import { endOfWorker, type WorkerExit } from './worker-exit.ts'
import { type OutputTap, type WorkerOutput, workerOutput } from './worker-output.ts'

/** How long a run waits for output after its worker's exit while another process still holds the pipe. */
const drainMs = 200
/** The longest wait: a daemon that never stops printing must not keep the run from ending. */
const drainAtMostMs = 2_000
/** Node fires a longer timer at once. */
const longestTimerMs = 2_147_483_647

export interface RunOptions {
  readonly contained: Contained
  /** The encoding of the worker's output. */
  readonly encoding: string
  readonly mode: WorkerMode
  readonly timeoutMs: number
  readonly stopGraceMs: number
  readonly resultBytes: number
  /** Takes over a pipe that another process still holds after the end. */
  readonly keepDraining: (pipe: Readable) => void
  readonly tap?: OutputTap | undefined
  /** Null: the run has no secrets. */
  readonly masking: (() => Masking) | null
}

/** Follows a worker that was just spawned to its end. */
export function followRun(options: RunOptions): Run {
  return new WorkerRun(options)
}

class WorkerRun implements Run {
  readonly ended: Promise<RunEnd>
  readonly #options: RunOptions
  readonly #openPipes: Set<Readable>
  readonly #output: WorkerOutput
  readonly #resolve: (end: RunEnd) => void
  readonly #startedAt: number
  #timeout: NodeJS.Timeout | undefined
  #sleptMs = 0
  #drainTimer: NodeJS.Timeout | undefined
  #exit: WorkerExit | null = null
  #isStopping = false
  #hasEnded = false
  #chunksRead = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#output = workerOutput(options.resultBytes, options.encoding, options.mode, options.tap, options.masking)
    const { promise, resolve } = Promise.withResolvers<RunEnd>()
    this.ended = promise
    this.#resolve = resolve
    const { timeoutMs } = options
    this.#startedAt = performance.now()
    if (timeoutMs > 0) this.#stopAfter(timeoutMs)
    this.#openPipes = this.#read()
    const { child } = options.contained.process
    child.on('error', (error) => {
      // Without a pid, nothing was spawned. With a pid, a signal could not be sent, which the kill finds out itself.
      if (child.pid === undefined) this.#end(rejected(notStarted(error)))
    })
    child.on('exit', (code, signal) => this.#exited(code, signal))
  }

  cancel(): void {
    this.#stop(cancelled)
  }

  /** The timeout is real time, so the time that the host slept counts. */
  slept(ms: number): void {
    const { timeoutMs } = this.#options
    this.#sleptMs += ms
    if (timeoutMs === 0 || this.#isStopping || this.#hasEnded || this.#exit !== null) return
    clearTimeout(this.#timeout)
    this.#stopAfter(Math.max(0, timeoutMs - this.#costMs()))
  }

  #stopAfter(ms: number): void {
    const { timeoutMs } = this.#options
    this.#timeout = setTimeout(() => this.#stop((kill) => timedOut(timeoutMs, kill)), Math.min(ms, longestTimerMs))
  }

  #read(): Set<Readable> {
    const { stdout, stderr } = this.#options.contained.process
    const open = new Set<Readable>()
    const listen = (pipe: Readable | null, write: (chunk: Buffer) => void) => {
      if (pipe === null) return
      open.add(pipe)
      pipe.on('data', (chunk: Buffer) => {
        this.#chunksRead += 1
        write(chunk)
      })
      pipe.on('error', () => {})
      pipe.on('close', () => {
        open.delete(pipe)
        this.#endIfClosed()
      })
    }
    listen(stdout, this.#output.writeStandardOutput)
    listen(stderr, this.#output.writeStandardError)
    return open
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const exitedAt = performance.now()
    this.#exit = { code, signal, costMs: this.#costMs() }
    clearTimeout(this.#timeout)
    this.#endIfClosed()
    if (!this.#isStopping && !this.#hasEnded) this.#drainTimer = setTimeout(() => this.#endWhenDrained(exitedAt + drainAtMostMs), drainMs)
  }

  /** Ends the run at once if the worker has exited and no process holds its pipes. */
  #endIfClosed(): void {
    if (this.#openPipes.size === 0) this.#endNormally()
  }

  /**
   * If this process was busy, the timer may fire before data that has already arrived is read. So it waits for a turn of
   * the event loop that reads nothing.
   */
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
    const { contained, mode } = this.#options
    this.#end(endOfWorker(this.#exit, this.#output.finish(), contained.failureMark, mode))
  }

  /**
   * Kills after a whole turn of the event loop. If this process was stopped or busy, a due timer or a cancel is handled
   * before the exit of a worker that has already ended by itself, and that exit must count.
   */
  #stop(endOfKill: (kill: Kill) => RunEnd): void {
    setImmediate(() => setImmediate(() => this.#kill(endOfKill)))
  }

  #kill(endOfKill: (kill: Kill) => RunEnd): void {
    const { contained, stopGraceMs } = this.#options
    const { pid } = contained.process.child
    // Once the worker has exited, its result counts, even if it has not been read yet.
    if (this.#isStopping || this.#hasEnded || this.#exit !== null || pid === undefined) return
    this.#isStopping = true
    clearTimeout(this.#timeout)
    const leader = { pid, hasExited: () => this.#exit !== null }
    contained
      .kill(leader, stopGraceMs)
      .catch(() => 'BEST_EFFORT' as const)
      .then((proof) => this.#endKilled(endOfKill, proof))
  }

  async #endKilled(endOfKill: (kill: Kill) => RunEnd, proof: KillProof): Promise<void> {
    const costMs = this.#costMs()
    // The last output may still be in the pipes, which close now that the worker is gone.
    await until(() => this.#openPipes.size === 0, drainMs)
    const printed = this.#output.finish()
    this.#end(withExit(endOfKill({ costMs, proof, printed }), this.#exit, printed))
  }

  #end(runEnd: RunEnd): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    clearTimeout(this.#timeout)
    clearTimeout(this.#drainTimer)
    for (const pipe of this.#openPipes) {
      pipe.removeAllListeners('data')
      this.#options.keepDraining(pipe)
    }
    this.#options.tap?.end(this.#output.hasReplaced())
    if (!this.#isStopping) this.#options.contained.release()
    this.#resolve(runEnd)
  }

  #costMs(): number {
    return Math.round(performance.now() - this.#startedAt + this.#sleptMs)
  }
}
