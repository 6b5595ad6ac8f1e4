import { secretNamesIn, withSecrets } from '@elves/schemas/link/secret-references.ts'
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
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
  let validateAll: ValidateFunction | null = null
  return {
    faultOf(param) {
      const value = parsed(param)
      // What is no JSON is refused as that.
      if (value === undefined || validate(value)) return null
      const [error] = validate.errors ?? []
      if (!error || !isOfSecret(error, value)) return textOf(error)
      // What is wrong with the stand-in of a secret says nothing; what is wrong beside it does.
      validateAll ??= compileSchema(schema, true)
      validateAll(value)
      const other = validateAll.errors?.find((one) => !isOfSecret(one, value))
      return other ? textOf(other) : null
    },
  }
}

function textOf(error: ErrorObject | undefined): string {
  return `${error?.instancePath || 'the parameter'} ${error?.message ?? 'is not as its schema says'}`
}

/** Returns what is wrong with a schema that an earlier release took and this one does not. */
function compiled(schema: object | boolean): ValidateFunction | string {
  try {
    return compileSchema(schema)
  } catch (error) {
    return `its schema in elves.json can not be used, upload a version with another one: ${(error as Error).message}`
  }
}

/** Stands for the text of a secret while a parameter is held against its schema. */
const secretText = '\ufffdsecret'

/** What a schema says of a text beyond that it is one. */
const keywordsOfForm = ['minLength', 'maxLength', 'pattern', 'enum', 'const']

/** Returns true if it is about the form of a secret, whose text nobody here knows. */
function isOfSecret({ keyword, instancePath }: ErrorObject, value: unknown): boolean {
  return keywordsOfForm.includes(keyword) && valueAt(value, instancePath) === secretText
}

/** `path` is a JSON pointer. */
function valueAt(value: unknown, path: string): unknown {
  const steps = path.split('/').slice(1)
  return steps.reduce((of: unknown, step) => (of as Readonly<Record<string, unknown>>)[step.replaceAll('~1', '/').replaceAll('~0', '~')], value)
}

/** No parameter is null to a schema; a reference to a secret is a text. */
function parsed(param: string | null): unknown {
  if (param === null) return null
  const names = secretNamesIn(param)
  try {
    return JSON.parse('wrong' in names ? param : withSecrets(param, new Map(names.map((name) => [name, secretText])))) as unknown
  } catch {
    return undefined
  }
}
