import { z } from 'zod'
import { withDefault } from './command.ts'

const names = z.array(z.string()).readonly()

/** Over what a role or a grant allows something. The decision checks the values, so that what is wrong is a refusal. */
export const scopeFields = {
  /** Names of apps; `*` is all. */
  apps: withDefault(names, ['*']),
  /** Names of functions; `*` is all. */
  funcs: withDefault(names, ['*']),
  /** A selector; empty is all agents. */
  agents: withDefault(z.string(), ''),
  /** Names of secrets; `*` is all. */
  secrets: withDefault(names, ['*']),
}

/** The same fields, each of which may stay as it is. */
export const changedScopeFields = { apps: names.nullish(), funcs: names.nullish(), agents: z.string().nullish(), secrets: names.nullish() }

export const permissionNames = z.array(z.string()).readonly()
