/**
 * Holds the run's id. All that the worker starts inherits it, so that scans find leftovers. The name does not begin
 * with `ELVES_`: if a worker starts a part of the platform, that part would refuse an unknown setting.
 */
export const runIdVariable = 'ELVESRUN_ID'

/** ELVES_ settings contain secrets; variables of npm and Node belong to the way the agent was started, not to the host. */
const withheld = /^(ELVES_|npm_|NODE_)|^INIT_CWD$/i

/** Returns the environment of a worker: the agent's, without the withheld variables. */
export function workerEnv(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !withheld.test(entry[0]))
  return { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin', ...Object.fromEntries(entries) }
}
