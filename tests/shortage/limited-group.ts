import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '../support/wait-for.ts'

/** The first version of cgroups has a hierarchy for each controller; the second lets only the empty have limits. */
const hierarchies = '/sys/fs/cgroup'

/** Whether this machine lets us limit what a group of processes has; else why not. */
export function whyNoGroup(controller: 'pids' | 'memory'): string | null {
  const limits = { pids: 'pids.max', memory: 'memory.limit_in_bytes' } as const
  const group = join(hierarchies, controller, `elves-test-${randomBytes(4).toString('hex')}`)
  try {
    mkdirSync(group)
  } catch (error) {
    return `no cgroup of ${controller} can be made: ${(error as Error).message}`
  }
  const isLimited = existsSync(join(group, limits[controller]))
  rmdirSync(group)
  return isLimited ? null : `a cgroup of ${controller} has no ${limits[controller]}`
}

/** A cgroup of the first version, of one controller. */
export class LimitedGroup {
  readonly #path: string
  readonly #home: string

  constructor(controller: 'pids' | 'memory') {
    this.#home = join(hierarchies, controller)
    this.#path = join(this.#home, `elves-test-${randomBytes(4).toString('hex')}`)
    mkdirSync(this.#path)
  }

  take(pids: readonly number[]): void {
    for (const pid of pids) moveTo(this.#path, pid)
  }

  read(file: string): string {
    return readFileSync(join(this.#path, file), 'utf8').trim()
  }

  write(file: string, value: string | number): void {
    writeFileSync(join(this.#path, file), String(value))
  }

  /** All that is in it goes back to where everybody is. */
  async dissolve(): Promise<void> {
    await waitFor(
      () => {
        for (const pid of this.read('cgroup.procs').split('\n').filter(Boolean)) moveTo(this.#home, Number(pid))
        rmdirSync(this.#path)
        return true
      },
      { what: `the end of ${this.#path}` },
    )
  }
}

function moveTo(group: string, pid: number): void {
  try {
    writeFileSync(join(group, 'cgroup.procs'), String(pid))
  } catch (error) {
    // it ended meanwhile
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
