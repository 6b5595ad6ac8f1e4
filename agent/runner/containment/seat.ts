import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Pipes } from '../pipes.ts'
import { runIdVariable } from '../worker-env.ts'
import type { ContainedRun, WorkerProgram } from './containment.ts'
import { removeCgroup } from './leaf.ts'
import { spawnReader, type WorkerProcess } from './spawn.ts'

/**
 * A shell that sits in a leaf of its own and waits for the line that makes it a worker. Joining a cgroup costs 13 ms (the kernel waits for
 * a grace period of its lock; measured here, beside 15 ms for the whole start of a Python), which a seat that was made
 * ahead has behind it when the call comes. When the agent dies, its standard input ends and it goes.
 */
export interface Seat {
  readonly name: string
  readonly leaf: string
  isReady(): boolean
  /** Turns the shell into the worker. Throws where the program can not be said. */
  become(program: WorkerProgram, run: ContainedRun): WorkerProcess
  /** Lets it go unused. */
  dismiss(): Promise<void>
}

export interface SeatOptions {
  readonly home: string
  readonly failureMark: string
  readonly env: Readonly<Record<string, string>>
  readonly pipes: Pipes
}

/** Throws where the leaf or its shell can not be made now. */
export function seat({ home, failureMark, env, pipes }: SeatOptions): Seat {
  // Never a name that was used before, also not before a reboot: a note of then must not lead to a run of now.
  const leaf = join(home, `seat-${randomBytes(8).toString('hex')}`)
  mkdirSync(leaf)
  // It reads its commands from standard input; its name is what its own error messages begin with.
  const { stdin, ...worker } = shellIn(leaf, { argv: ['/bin/sh', '-s'], argv0: failureMark, cwd: '/', env, pipes })
  const { child } = worker
  let hasError = false
  child.on('error', () => {
    hasError = true
  })
  // It may be gone before it reads; then its exit tells.
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

function tell(stdin: Writable, { argv, cwd }: WorkerProgram, run: ContainedRun): void {
  if ([...argv, cwd].some((text) => text.includes('\0'))) throw new Error('an argument has a NUL character')
  // One line, so that the shell has read all of it before it becomes the worker.
  stdin.end(`export ${runIdVariable}=${quoted(run.runId)} && cd ${quoted(cwd)} && exec ${argv.map(quoted).join(' ')} </dev/null\n`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
