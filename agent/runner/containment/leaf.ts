import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shortageOf } from '../shortage.ts'

/** Returns true if a process lives in the cgroup or below it, or if a shortage on the host prevents reading that. */
export function isPopulated(cgroup: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(join(cgroup, 'cgroup.events'), 'utf8'))
  } catch (error) {
    return shortageOf(error) !== null
  }
}

/** Kills all processes in the cgroup and below it. Returns false if a shortage on the host prevents that now. */
export function killCgroup(cgroup: string): boolean {
  try {
    if (existsSync(cgroup)) writeFileSync(join(cgroup, 'cgroup.kill'), '1')
    return true
  } catch (error) {
    return shortageOf(error) === null
  }
}

/** Returns the pids in the cgroup and below it. */
export function members(cgroup: string): number[] {
  try {
    const own = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...folders(cgroup).flatMap((name) => members(join(cgroup, name)))]
  } catch {
    return []
  }
}

/** Returns the names of the cgroups directly below. */
export function folders(cgroup: string): string[] {
  try {
    return readdirSync(cgroup, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

/** Removes the cgroup and those that a worker made below it. Returns true if it is gone; it stays while processes live in it. */
export function removeCgroup(cgroup: string): boolean {
  if (tryRemove(cgroup) || !existsSync(cgroup)) return true
  if (isPopulated(cgroup)) return false
  for (const name of folders(cgroup)) removeCgroup(join(cgroup, name))
  return tryRemove(cgroup)
}

function tryRemove(cgroup: string): boolean {
  try {
    rmdirSync(cgroup)
    return true
  } catch {
    return false
  }
}
