import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { shortageOf } from '../shortage.ts'

/**
 * The cgroup v2 folder below which this agent's runs get a leaf each, made and tried; null where that is not allowed.
 * Below the agent's own cgroup when systemd runs it as a service (`Delegate=yes`), else at the top of the hierarchy, so
 * that a restart from another login session finds the same place. Throws where the host is too short of something to tell.
 */
export function cgroupHome(name: string, logger: Logger): string | null {
  const mount = cgroupMount()
  if (mount === null) return null
  const own = ownCgroup()
  const candidates = own.endsWith('.service') ? [own, '/'] : ['/', own]
  for (const candidate of new Set(candidates)) {
    const home = join(mount, candidate, name)
    try {
      accessSync(join(mount, candidate), constants.W_OK)
      mkdirSync(home, { recursive: true })
      tryLeaf(home)
      return home
    } catch (error) {
      // It passes, and what is found here holds for the life of this process.
      if (shortageOf(error) !== null) throw error
      logger.debug({ err: error, home }, 'no cgroups here')
    }
  }
  return null
}

function cgroupMount(): string | null {
  try {
    for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
      const [left = '', right = ''] = line.split(' - ')
      const mountPoint = left.split(' ')[4]
      if (right.startsWith('cgroup2 ') && mountPoint !== undefined) return mountPoint.replaceAll('\\040', ' ')
    }
    return null
  } catch {
    return null
  }
}

function ownCgroup(): string {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('0::'))
  return line?.slice(3) || '/'
}

/** Does once what each run will need: make a leaf, join it, kill by it, remove it. */
function tryLeaf(home: string): void {
  const leaf = join(home, 'try')
  mkdirSync(leaf, { recursive: true })
  try {
    if (!existsSync(join(leaf, 'cgroup.kill'))) throw new Error('the kernel has no cgroup.kill (5.14 and later have)')
    execFileSync('/bin/sh', ['-c', 'echo $$ >"$0"', join(leaf, 'cgroup.procs')], { stdio: 'pipe', env: {} })
  } finally {
    rmdirSync(leaf)
  }
}
