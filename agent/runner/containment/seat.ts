import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Pipes } from '../pipes.ts'
import { type ContainedRun, runVariables, type WorkerProgram } from './containment.ts'
import { removeCgroup } from './leaf.ts'
import { spawnReader, type WorkerProcess } from './spawn.ts'

/**
 * A shell that has joined its own leaf and waits for the line that turns it into a worker. Joining a cgroup costs 13 ms
 * (the kernel waits for a grace period of its lock; measured here, against 15 ms for the whole start of Python). A seat
 * that is made before the call comes has already paid that. When the agent dies, the shell's standard input ends and it
 * exits.
 */
export interface Seat {
  readonly name: string
  readonly leaf: string
  isReady(): boolean
  /** Turns the shell into the worker. Throws if an argument or the folder contains a NUL character. */
  become(program: WorkerProgram, run: ContainedRun): WorkerProcess
  /** Ends the shell, unused, and removes its leaf. */
  dismiss(): Promise<void>
}

export interface SeatOptions {
  readonly home: string
  readonly failureMark: string
  readonly env: Readonly<Record<string, string>>
  readonly pipes: Pipes
  /** See {@link SpawnOptions}. */
  readonly nice: number
}

/** Throws if the leaf or its shell can't be made now. */
export function seat({ home, failureMark, env, pipes, nice }: SeatOptions): Seat {
  // A name is never used twice, even across reboots: an old note must not lead to a new run.
  const leaf = join(home, `seat-${randomBytes(8).toString('hex')}`)
  mkdirSync(leaf)
  // The shell reads its commands from standard input. Its own error messages begin with its name, the failure mark.
  const { stdin, ...worker } = shellIn(leaf, { argv: ['/bin/sh', '-s'], argv0: failureMark, cwd: '/', env, pipes, nice })
  const { child } = worker
  let hasError = false
  child.on('error', () => {
    hasError = true
  })
  // The shell may exit before it reads; then its exit event reports that.
  stdin.on('error', () => {})
  stdin.write(`echo $$ >${quoted(join(leaf, 'cgroup.procs'))} || exit 126\n`)

  function dismiss(): Promise<void> {
    stdin.destroy()
    for (const pipe of [worker.stdout, worker.stderr]) pipe?.destroy()
    return new Promise((resolve) => {
      const gone = () => {
        removeCgroup(leaf)
        resolve()
      }
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) gone()
      else child.once('exit', gone)
    })
  }

  return {
    name: basename(leaf),
    leaf,
    isReady: () => !hasError && child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    become: (program, run) => {
      tell(stdin, program, run)
      return worker
    },
    dismiss,
  }
}

function shellIn(leaf: string, options: Parameters<typeof spawnReader>[0]): ReturnType<typeof spawnReader> {
  try {
    return spawnReader(options)
  } catch (error) {
    removeCgroup(leaf)
    throw error
  }
}

function tell(stdin: Writable, program: WorkerProgram, run: ContainedRun): void {
  const { argv, cwd, paramFile } = program
  if ([...argv, cwd].some((text) => text.includes('\0'))) throw new Error('an argument has a NUL character')
  const variables = Object.entries(runVariables(run, program)).map(([name, value]) => `${name}=${quoted(value)}`)
  // One line, so that the shell has read all of it before it becomes the worker.
  stdin.end(`export ${variables.join(' ')} && cd ${quoted(cwd)} && exec ${argv.map(quoted).join(' ')} <${quoted(paramFile ?? '/dev/null')}\n`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
