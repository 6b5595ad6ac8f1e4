import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { isAlive } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'
import type { SeededRandom } from './random.ts'

/** KILL: kill -9, after which the runner starts the process again. STOP: SIGSTOP for longer than any lease, then SIGCONT. */
export type DisturbanceKind = 'KILL' | 'STOP'

/** Pids by role, from cluster.json. */
export type Pids = Readonly<Record<string, readonly number[]>>

export interface DisturbancesOptions {
  readonly kinds: readonly DisturbanceKind[]
  readonly random: SeededRandom
  /** Null while the file is being rewritten. */
  readonly pids: () => Promise<Pids | null>
  readonly say: (text: string) => void
}

export interface Disturbances {
  /** Resolves after the disturbance under way, when every stopped process runs again. */
  stop(): Promise<void>
  /** Number of disturbances by role. */
  counts(): Readonly<Record<string, number>>
}

/** Longer than any lease (3 s), shorter than the time after which a silent agent counts as lost (30 s). */
const stoppedMs = { least: 4_000, most: 9_000 }
const betweenMs = { least: 500, most: 5_000 }

/** Kills or stops one process after the other until `stop`; the seed decides roles and pauses. */
export function disturbances(options: DisturbancesOptions): Disturbances {
  const { kinds, random, say } = options
  const stopping = new AbortController()
  const counts: Record<string, number> = {}

  async function disturb(): Promise<void> {
    // All random numbers are drawn first, so that their sequence does not depend on which processes are alive.
    const kind = random.pick(kinds)
    const choice = { role: random.between(0, 1_000_000), index: random.between(0, 1_000_000) }
    const forMs = random.between(stoppedMs.least, stoppedMs.most)
    const pids = await waitFor(() => options.pids(), { timeoutMs: 120_000, what: 'the pids of the cluster' })
    const roles = Object.keys(pids).sort()
    const role = roles[choice.role % roles.length] ?? ''
    const pid = pids[role]?.[choice.index % (pids[role]?.length ?? 1)]
    if (pid === undefined || !isAlive(pid)) return
    counts[role] = (counts[role] ?? 0) + 1
    say(`${kind} ${role} ${pid}${kind === 'STOP' ? ` for ${forMs} ms` : ''}`)
    if (kind === 'KILL') send(pid, 'SIGKILL')
    else await stopped(pid, forMs)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(random.between(betweenMs.least, betweenMs.most), undefined, { signal: stopping.signal }).catch(() => undefined)
      if (!stopping.signal.aborted) await disturb()
    }
  }

  const running = run()
  return {
    counts: () => counts,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Stops the process with all its children: a stopped postmaster alone would leave its backends at work. */
async function stopped(pid: number, forMs: number): Promise<void> {
  const family = [pid, ...descendantsOf(pid)]
  for (const member of family) send(member, 'SIGSTOP')
  try {
    await pause(forMs)
  } finally {
    for (const member of family) send(member, 'SIGCONT')
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // the process has ended meanwhile
  }
}

function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)))
  const found: number[] = []
  for (let generation = [pid]; generation.length > 0; ) {
    generation = [...parents].filter(([, parent]) => generation.includes(parent)).map(([child]) => child)
    found.push(...generation)
  }
  return found
}

/** Reads `/proc/<pid>/stat`, where state and parent follow the name in brackets. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return -1
  }
}
