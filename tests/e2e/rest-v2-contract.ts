import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The contract of REST v2, copied from its page, not from our code. */

const task = { needed: ['ip', 'app', 'func'], optional: ['param', 'timeout', 'proxy', 'mode'] }
/** Parameters of each endpoint, without those of the signature. */
export const contract: Readonly<Record<string, { readonly needed: readonly string[]; readonly optional: readonly string[] }>> = {
  'rt/exec': task,
  'queue/create': { needed: ['app'], optional: [] },
  'queue/addtask': { needed: ['queue_id', 'ip', 'func'], optional: ['param', 'timeout', 'proxy', 'mode', 'depend_task_id'] },
  'queue/commit': { needed: ['queue_id'], optional: [] },
  'queue/stop': { needed: ['queue_id'], optional: [] },
  'queue/result': { needed: ['queue_id'], optional: [] },
  'queue/qksqueue': { ...task, optional: [...task.optional, 'depend_task_id'] },
  'cron/add': { needed: [...task.needed, 'rule'], optional: task.optional },
  'cron/start': { needed: ['cron_id'], optional: [] },
  'cron/stop': { needed: ['cron_id'], optional: [] },
  'cron/delete': { needed: ['cron_id'], optional: [] },
  'cron/detail': { needed: ['cron_id'], optional: [] },
  'cron/info': { needed: ['cron_id'], optional: [] },
  'info/app': { needed: [], optional: [] },
  'info/apps': { needed: [], optional: [] },
  'info/agents': { needed: [], optional: [] },
  'info/agents/detail': { needed: ['ip'], optional: ['showcron'] },
}

/** The texts of the codes. */
export const texts: Readonly<Record<string, string>> = {
  '401.1': 'Unauthorized Missing Sign Param',
  '401.2': 'Unauthorized AuthId Is Illegal',
  '401.3': 'Unauthorized SignType Is Illegal',
  '401.4': 'Unauthorized Sign Length Is Illegal',
  '401.5': 'Unauthorized Sign Error',
  '401.6': 'Unauthorized AuthId Permission Denied',
  '401.7': 'Unauthorized Sign Timeout',
  '401.8': 'Unauthorized Timestamp Is Illegal',
  '402.1': 'Require Module (supervisor) Not Enabled',
  '402.2': 'Require Module (cron) Not Enabled',
  '402.3': 'Require Module (queue) Not Enabled',
  '403.1': 'Request Params (ip) Illegal',
  '403.2': 'Request Params (param) Illegal',
  '403.3': 'Request Params (app) Illegal',
  '403.4': 'Request Params (mode) Illegal',
  '403.5': 'Request Params (cron-rule) Illegal',
  '403.6': 'Request Params (queue_id) Illegal',
  '403.7': 'Request Params (func) Illegal',
  '403.8': 'Request Params (timeout) Illegal',
  '403.9': 'Request Params (cron_id) Illegal',
  '410.1': 'Send Job To Agent Fail',
  '411.1': 'Not Find Cron Job To Operate',
  '412.1': 'Queue Not Found',
  '412.2': 'Queue Status Incorrect',
  '412.3': 'Stop Task Error',
  '412.4': 'Depend Task Not Found',
  '413.1': 'AuthId Not Found',
  '413.2': 'App Not Found',
  '414.1': 'Agent Info Not Found',
  '500': 'Internal ServerError',
}

/** The codes that rest-v2.e2e.test.ts does not see: why not, and the test, from the root of the tree, that has them over REST v2. */
const seenElsewhere: Readonly<Record<string, { readonly why: string; readonly test: string }>> = {
  '401.6': { why: 'in simple mode the one pair may do everything', test: 'docs/guides/roles-and-grants.e2e.test.ts' },
  '402.2': { why: 'needs a platform without cron', test: 'tests/e2e/components.e2e.test.ts' },
  '402.3': { why: 'needs a platform without queue', test: 'tests/e2e/components.e2e.test.ts' },
  '412.3': { why: 'needs a center that can not stop a queue now', test: 'tests/contracts/query-service-process.int.test.ts' },
  '413.2': { why: 'in simple mode an auth id has no app, and info/app answers 402.1 before it', test: 'docs/guides/roles-and-grants.e2e.test.ts' },
}

/** Returns those of the codes whose test has them. */
export function codesSeenElsewhere(): string[] {
  const root = join(import.meta.dirname, '..', '..')
  return Object.entries(seenElsewhere).flatMap(([code, { test }]) => (readFileSync(join(root, test), 'utf8').includes(code) ? [code] : []))
}

export const refusal = (code: string) => `{"flag":"false","error":"[${code}]${texts[code]}"}`
export const doneWithout = '{"flag":"true","error":""}'
export const hello = { ip: '127.0.0.1', app: 'apptest', func: 'helloword' }
/** One for each special character of the contract's line on rules. */
export const quartzRules = [
  '0 15 10 ? * mon-FRI',
  '0 0 12 L * ?',
  '0 0 12 LW * ?',
  '0 0 12 15W * ?',
  '0 15 10 ? * 6#3',
  '0 15 10 ? * 6L',
  '0 0 12 5C * ?',
  '0 0 12 ? * 1C',
]
export const unknownId = '0000000000000000'
