import { type Endpoint, rtExec } from '../tasks/rt-exec.ts'
import type { RestErrorCode } from './answers.ts'

/** Every endpoint of the contract, or the code of the module that it needs and that this release does not have. */
export const endpoints: { readonly [path: string]: Endpoint | RestErrorCode } = {
  '/api/v2/rt/exec': rtExec,
  // Which apps and agents an auth id may use is known to the supervisor only: the one configured pair may do everything.
  ...allOf('/api/v2/info', ['app', 'apps', 'agents', 'agents/detail'], '402.1'),
  ...allOf('/api/v2/cron', ['add', 'start', 'stop', 'delete', 'detail', 'info'], '402.2'),
  ...allOf('/api/v2/queue', ['create', 'addtask', 'commit', 'stop', 'result', 'qksqueue'], '402.3'),
}

/** Those that do something: metrics count them one by one. */
export const builtEndpoints = Object.keys(endpoints).filter((path) => typeof endpoints[path] === 'function')

function allOf(base: string, names: readonly string[], code: RestErrorCode): { [path: string]: RestErrorCode } {
  return Object.fromEntries(names.map((name) => [`${base}/${name}`, code]))
}
