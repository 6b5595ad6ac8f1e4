/**
 * Carries the run's id to all that the worker starts, for the scans that find leftovers. Not `ELVES_…`: a worker that
 * starts a part of the platform would be refused for an unknown setting.
 */
export const runIdVariable = 'ELVESRUN_ID'

/** Settings of ours hold secrets; npm's and Node's are of the way that the agent was started, not of the host. */
const withheld = /^(ELVES_|npm_|NODE_)|^INIT_CWD$/i

/** The environment of a worker: the agent's, without what is not the worker's business. */
export function workerEnv(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !withheld.test(entry[0]))
  return { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin', ...Object.fromEntries(entries) }
}
