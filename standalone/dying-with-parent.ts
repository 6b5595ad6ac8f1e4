import { existsSync } from 'node:fs'

/**
 * What to put before a command so that the system sends it this signal when the thread that spawned it ends, also after a
 * kill -9; empty where there is no setpriv. Spawn from the main thread: the parent-death signal is the thread's.
 */
export function dyingWithParent(signal: 'KILL' | 'INT' | 'TERM'): string[] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', signal]
}
