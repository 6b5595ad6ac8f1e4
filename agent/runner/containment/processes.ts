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

/** Sends a signal to a process, or to a group if the id is negative. Ignores a process that is gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // ESRCH: the process is gone. EPERM: it belongs to another user now; the proof will say that it is still there.
  }
}

/**
 * Returns the living processes of a run: those with its id in their environment, those in the leader's group or
 * session, and all their descendants (which may have cleared their environment). Returns an empty list if there is no
 * /proc. Throws if a shortage prevents reading it, because the answer is then unknown.
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
    // The command's name is in brackets and may contain anything, also brackets.
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

/**
 * A process that is gone or belongs to another user does not belong to the run, so `value` stands for it. After a
 * shortage nobody knows: throws the error.
 */
function unlessShort<Value>(error: unknown, value: Value): Value {
  if (shortageOf(error) !== null) throw error
  return value
}
