import { secretNamePattern } from './secret-references.ts'

/** A variable that an app's manifest gives its worker: a text, or the text of a secret. */
export type WorkerVariable = { readonly text: string } | { readonly secret: string }

const mostVariables = 100
const namePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Returns the variables in `worker.env` of a manifest that was parsed; a text if there is something that can't be: why. As everywhere in a
 * manifest, the case of its keys does not matter; that of the names of variables does.
 */
export function workerVariablesOf(manifest: unknown): ReadonlyMap<string, WorkerVariable> | string {
  const env = valueAt(valueAt(manifest, 'worker'), 'env')
  const variables = new Map<string, WorkerVariable>()
  if (env === undefined || env === null) return variables
  if (typeof env !== 'object' || Array.isArray(env)) return 'worker.env in its manifest is not an object'
  const entries = Object.entries(env)
  if (entries.length > mostVariables) return `worker.env in its manifest has more than ${mostVariables} variables`
  for (const [name, value] of entries) {
    // Those of Elves say to the agent and its runs who they are.
    if (!namePattern.test(name) || /^ELVES/i.test(name)) return `worker.env in its manifest has the variable ${name.slice(0, 64)}, which can not be`
    const variable = variableOf(value)
    if (variable === null) return `worker.env.${name} in its manifest is neither a text nor {"$secret": "name"}`
    variables.set(name, variable)
  }
  return variables
}

function variableOf(value: unknown): WorkerVariable | null {
  if (typeof value === 'string') return value.includes('\0') ? null : { text: value }
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return null
  const secret: unknown = Object.hasOwn(value, '$secret') ? (value as Readonly<Record<string, unknown>>)['$secret'] : null
  return typeof secret === 'string' && secretNamePattern.test(secret) ? { secret } : null
}

function valueAt(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null) return undefined
  return Object.entries(of).find(([key]) => key.toLowerCase() === name)?.[1]
}
