import { existsSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shortageOf } from '../shortage.ts'

/** Whether a process lives in the cgroup or below it, as far as can be told: what can't be read now is not said to be empty. */
export function isPopulated(cgroup: string): boolean {
  try {
    return /^populated 1$/m.test(readFileSync(join(cgroup, 'cgroup.events'), 'utf8'))
  } catch (error) {
    return shortageOf(error) !== null
  }
}

/** Kills all that lives in the cgroup and below it; false where that can't be asked for now. */
export function killCgroup(cgroup: string): boolean {
  try {
    if (existsSync(cgroup)) writeFileSync(join(cgroup, 'cgroup.kill'), '1')
    return true
  } catch (error) {
    return shortageOf(error) === null
  }
}

/** Pids in the cgroup and below it. */
export function members(cgroup: string): number[] {
  try {
    const own = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...folders(cgroup).flatMap((name) => members(join(cgroup, name)))]
  } catch {
    return []
  }
}

/** Names of the cgroups right below. */
export function folders(cgroup: string): string[] {
  try {
    return readdirSync(cgroup, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

/** Whether it is gone with all cgroups that a worker may have made below it; one with living processes stays. */
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
