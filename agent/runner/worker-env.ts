import { workerVariables } from '@elves/core/foundation/settings.ts'

/**
 * Holds the run's id. All that the worker starts inherits it, so that scans find leftovers. The name does not begin
 * with `ELVES_`: if a worker starts a part of the platform, that part would refuse an unknown setting.
 */
export const runIdVariable = 'ELVESRUN_ID'

/** Names the file that has the parameter, if it is no argument. */
export const paramFileVariable = 'ELVESRUN_PARAM_FILE'

/** Not given where `*` asks for all. ELVES_ settings contain secrets; variables of npm and Node belong to the way the agent was started, not to the host. */
const withheld = /^(ELVES_|npm_|NODE_)|^INIT_CWD$/i

/** Returns the environment of a worker: the usual variables of the agent's, and those that `added` names (`NAME`, `BEGINNING*` or `*`). */
export function workerEnv(env: Readonly<Record<string, string | undefined>>, added: readonly string[] = []): Readonly<Record<string, string>> {
  const wanted = [...workerVariables, ...added.filter((name) => name !== '*')]
  const isWanted = (name: string) => wanted.some((pattern) => covers(pattern, name)) || (added.includes('*') && !withheld.test(name))
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0]))
  return { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin', ...Object.fromEntries(entries) }
}

function covers(pattern: string, name: string): boolean {
  // `E*` is no way to the settings of Elves.
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) && !/^ELVES_/i.test(name) : name === pattern
}
