import { readdirSync, readFileSync } from 'node:fs'
import { shortageOf } from '../shortage.ts'
import { runIdVariable } from '../worker-env.ts'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly isGone: boolean
}

/** Sends a signal, to a group where the id is negative; whoever is gone already needs none. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // ESRCH: gone. EPERM: it became another user's; the proof will say that it is still there.
  }
}

/**
 * Living processes of a run: those that carry its id in their environment, those in the leader's group or session, and
 * all that descend from them (one that cleared its environment, say). Empty where there is no /proc. Throws where it
 * can't be read for want of something: then nobody knows.
 */
export function processesOf(runId: string, leaderPid: number | null): number[] {
  const all = processes()
  const members = new Set<number>()
  const mark = `${runIdVariable}=${runId}`
  for (const { pid, group, session, isGone } of all) {
    if (isGone || pid === process.pid) continue
    if (pid === leaderPid || group === leaderPid || session === leaderPid || carries(pid, mark)) members.add(pid)
  }
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const { pid, parent, isGone } of all) if (!isGone && members.has(parent) && pid !== process.pid) members.add(pid)
  }
  return [...members]
}

function processes(): Process[] {
  return pids().flatMap((pid) => readProcess(pid) ?? [])
}

function pids(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch (error) {
    return unlessShort(error, [])
  }
}

function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command's name is in brackets and may hold anything, brackets too.
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, parent: Number(parent), group: Number(group), session: Number(session), isGone: state === 'Z' || state === 'X' }
  } catch (error) {
    return unlessShort(error, null)
  }
}

function carries(pid: number, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${mark}\0`)
  } catch (error) {
    return unlessShort(error, false)
  }
}

/** A process that is gone, or somebody else's, is none of ours; one that could not be looked at may be. */
function unlessShort<Value>(error: unknown, value: Value): Value {
  if (shortageOf(error) !== null) throw error
  return value
}
