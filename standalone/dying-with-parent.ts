import { existsSync } from 'node:fs'

/**
 * Returns the arguments to put before a command, so that the system sends it this signal when the thread that spawned it ends, even by
 * kill -9. Empty if there is no setpriv. Spawn from the main thread: the parent-death signal belongs to the thread, not the process.
 */
export function dyingWithParent(signal: 'KILL' | 'INT' | 'TERM'): string[] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  return setpriv === undefined ? [] : [setpriv, '--pdeathsig', signal]
}
