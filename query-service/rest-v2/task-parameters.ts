import { isIPv4 } from 'node:net'
import { taskLimits } from '@elves/core/domain/task/limits.ts'
import { isJson } from '@elves/core/foundation/json-text.ts'
import { neededParameter, optionalParameter, type RestParameter, type ValuesOf } from './parameter.ts'

/** Id of a task, a queue or a cron, as 0.1.x has them. */
export const idSchema = { type: 'string', pattern: '^[0-9A-Za-z]{16}$', examples: ['9AD6AF3B2E5D4C2F'] } as const

export const ipParameter = neededParameter('403.1', "The agent's IPv4 address.", {
  schema: { type: 'string', format: 'ipv4', examples: ['127.0.0.1'] },
  isRight: (text) => isIPv4(text),
})

export const appParameter = neededParameter('403.3', 'The app.', { schema: { type: 'string', examples: ['apptest'] } })

const paramParameter: RestParameter<string | null> = {
  meaning: 'JSON text that the function gets, at most 64 KiB.',
  isNeeded: false,
  schema: { type: 'string', contentMediaType: 'application/json', examples: ['{"name":"world"}'] },
  code: '403.2',
  read: (text) => (text === null || isJson(text) ? text : undefined),
}

const modeParameter: RestParameter<boolean> = {
  meaning: "`NP`, or `P` where the app's processor gets the result; in any case.",
  isNeeded: false,
  schema: { type: 'string', pattern: '^([Nn]?[Pp])$', default: 'NP' },
  code: '403.4',
  read: (text) => modes.get((text ?? 'NP').toUpperCase()),
}
const modes = new Map([
  ['NP', false],
  ['P', true],
])

const timeoutParameter: RestParameter<number> = {
  meaning: 'Whole seconds that the run may take; 0 for no timeout.',
  isNeeded: false,
  schema: { type: 'string', pattern: '^[0-9]+$', default: String(taskLimits.defaultTimeoutMs / 1000) },
  code: '403.8',
  read(text) {
    if (text === null) return taskLimits.defaultTimeoutMs
    return /^[0-9]+$/.test(text) && Number(text) * 1000 <= taskLimits.timeoutMs ? Number(text) * 1000 : undefined
  },
}

/** What every task has beside its agent and its app, in the order in which it is checked. */
export const taskParameters = {
  func: neededParameter('403.7', 'The function of the app.', { schema: { type: 'string', examples: ['helloword'] } }),
  param: paramParameter,
  mode: modeParameter,
  timeout: timeoutParameter,
  proxy: optionalParameter('Another entry than the default worker: a file of the app, or `program|file`.', 'python|app-worker.py'),
} as const

/** The fields of a task that a command asks for. */
export function taskContent({ func, param, mode, timeout, proxy }: ValuesOf<typeof taskParameters>) {
  return { func, param, proxy, processor: mode, timeoutMs: timeout }
}
