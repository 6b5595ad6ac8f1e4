import type { ValidateFunction } from 'ajv/dist/2020.js'
import { compileSchema, functionsOf } from './manifest.ts'

/** What a call of a function has to be. */
export interface FunctionRule {
  /** Returns what is wrong with a parameter, JSON text, with the place; null: nothing. */
  faultOf(param: string | null): string | null
}

/** Returns the rules of the functions that a manifest describes, by name. */
export function functionRules(manifest: string | null): ReadonlyMap<string, FunctionRule> {
  return new Map(functionsOf(manifest).map(({ name, param }) => [name, ruleOf(param)]))
}

const anyParam: FunctionRule = { faultOf: () => null }

function ruleOf(schema: object | boolean | null): FunctionRule {
  if (schema === null) return anyParam
  const validate = compiled(schema)
  if (typeof validate === 'string') return { faultOf: () => validate }
  return {
    faultOf(param) {
      const value = parsed(param)
      // What is no JSON is refused as that.
      if (value === undefined || validate(value)) return null
      const [error] = validate.errors ?? []
      return `${error?.instancePath || 'the parameter'} ${error?.message ?? 'is not as its schema says'}`
    },
  }
}

/** Returns what is wrong with a schema that an earlier release took and this one does not. */
function compiled(schema: object | boolean): ValidateFunction | string {
  try {
    return compileSchema(schema)
  } catch (error) {
    return `its schema in elves.json can not be used, upload a version with another one: ${(error as Error).message}`
  }
}

/** No parameter is null to a schema. */
function parsed(param: string | null): unknown {
  try {
    return param === null ? null : (JSON.parse(param) as unknown)
  } catch {
    return undefined
  }
}
