import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@elves/core/foundation/log.ts'
import { shortageOf } from '../shortage.ts'

/**
 * Makes and tests the cgroup v2 folder in which each run of this agent gets a leaf; returns null if that is not
 * allowed. The folder is below the agent's own cgroup if systemd runs it as a service (`Delegate=yes`), else at the top
 * of the hierarchy, so that a restart from another login session finds the same folder. Throws if a shortage on the
 * host prevents the test. `weight` is what all runs together weigh against their siblings where CPU is short; 100 is
 * usual.
 */
export function cgroupHome(name: string, logger: Logger, weight = 100): string | null {
  const mount = cgroupMount()
  if (mount === null) return null
  const own = ownCgroup()
  // With `DelegateSubgroup=agent` systemd starts the agent in a cgroup of its own below that of the service.
  const service = /^(.*\.service)(\/agent)?$/.exec(own)?.[1]
  const candidates = service === undefined ? ['/', own] : [service, '/']
  for (const candidate of new Set(candidates)) {
    const home = join(mount, candidate, name)
    try {
      accessSync(join(mount, candidate), constants.W_OK)
      mkdirSync(home, { recursive: true })
      tryLeaf(home)
      if (candidate === service && own !== service) controlCpu(join(mount, service))
      weigh(home, weight, logger)
      return home
    } catch (error) {
      // A shortage is temporary, but the result here is used until this process ends, so it must not be decided by one.
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

/** Tests what each run will need: makes a leaf, checks that it can be killed, joins it and removes it. */
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

/**
 * Lets the cgroups below the agent's service have weights. A cgroup whose children are weighed may have no process of its
 * own, so the agent must be in one below already. (It does not move there itself: a systemd that knows no subgroup could
 * not start it again into the service's cgroup while something that a worker left behind keeps that cgroup.)
 */
function controlCpu(service: string): void {
  try {
    writeFileSync(join(service, 'cgroup.subtree_control'), '+cpu')
  } catch {
    // Not delegated, or the kernel has the controller elsewhere: the nice value of the workers stands alone.
  }
}

/** Does nothing where CPU is not controlled by cgroups v2. */
function weigh(home: string, weight: number, logger: Logger): void {
  const file = join(home, 'cpu.weight')
  try {
    if (existsSync(file)) writeFileSync(file, String(weight))
  } catch (error) {
    logger.debug({ err: error, home }, 'the runs have no weight of their own')
  }
}
