import { workerVariablesOf } from '@elves/schemas/link/worker-variables.ts'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { z } from 'zod'
import { ElvesError } from '../foundation/errors.ts'
import { linearPattern } from './linear-pattern.ts'

/** A function of an app, as its elves.json describes it. */
export interface AppFunction {
  readonly name: string
  readonly description: string
  /** JSON Schema of its parameter; null: any. */
  readonly param: object | boolean | null
  readonly timeoutMs: number | null
  readonly isIdempotent: boolean
}

const functionShape = z.looseObject({
  description: z.string().max(4_096).optional(),
  param: z.union([z.record(z.string(), z.unknown()), z.boolean()]).optional(),
  timeoutMs: z.number().int().min(0).max(2_147_483_647).optional(),
  idempotent: z.boolean().optional(),
})

const manifestShape = z.looseObject({
  name: z.string().optional(),
  version: z.union([z.string(), z.number()]).optional(),
  functions: z.record(z.string().min(1).max(128), functionShape).optional(),
})

const mostFunctions = 1_000

/** Checks an elves.json for this app and version. Throws MANIFEST_INVALID, with the place of the fault. */
export function checkManifest(text: string, app: string, version: string): void {
  const { success, data, error } = manifestShape.safeParse(json(text))
  if (!success) throw invalid(`${error.issues[0]?.path.join('.') || 'the file'}: ${error.issues[0]?.message ?? 'not well-formed'}`)
  if (data.name !== undefined && data.name !== app) throw invalid(`name: it is ${JSON.stringify(data.name.slice(0, 128))}, and the app is ${app}`)
  if (data.version !== undefined && String(data.version) !== version) {
    throw invalid(`version: it is ${JSON.stringify(String(data.version).slice(0, 64))}, and ${version} is uploaded`)
  }
  const variables = workerVariablesOf(data)
  if (typeof variables === 'string') throw invalid(variables)
  const functions = Object.entries(data.functions ?? {})
  if (functions.length > mostFunctions) throw invalid(`functions: more than ${mostFunctions}`)
  for (const [name, { param }] of functions) {
    const fault = param === undefined ? null : faultOfSchema(param)
    if (fault !== null) throw invalid(`functions.${name}.param: ${fault}`)
  }
}

/** Returns the functions that a manifest describes. It was checked. */
export function functionsOf(text: string | null): readonly AppFunction[] {
  const { success, data } = manifestShape.safeParse(text === null ? {} : json(text))
  if (!success) return []
  return Object.entries(data.functions ?? {}).map(([name, { description = '', param = null, timeoutMs = null, idempotent = false }]) => {
    return { name, description, param, timeoutMs, isIdempotent: idempotent }
  })
}

/** Returns the names of the secrets that a manifest gives to its worker. It was checked. */
export function secretsOfManifest(text: string | null): readonly string[] {
  if (text === null || !text.includes('secret')) return []
  const variables = workerVariablesOf(json(text))
  return typeof variables === 'string' ? [] : [...new Set([...variables.values()].flatMap((one) => ('secret' in one ? one.secret : [])))]
}

// Only code that is written to a file would need `code`.
const schemaOptions = { strict: false, validateFormats: false, code: { regExp: Object.assign(linearPattern, { code: '' }) } } as const
/** Compiles the schema of schemas once, at its first use. It gets to know no other. */
const ajv = new Ajv2020(schemaOptions)

/**
 * Compiles the schema of a parameter; `allErrors`: it does not stop at the first one. Each is alone: its names can't be those of another one. Throws an Error where it is none.
 * The schema of schemas takes 50 ms to compile and a manifest may have a thousand functions, so none of them compiles it for itself.
 */
export function compileSchema(schema: object | boolean, allErrors = false): ValidateFunction {
  ajv.validateSchema(schema, true)
  return new Ajv2020({ ...schemaOptions, validateSchema: false, meta: false, allErrors }).compile(schema)
}

function faultOfSchema(schema: object | boolean): string | null {
  try {
    compileSchema(schema)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw invalid(`it is not JSON: ${(error as Error).message}`)
  }
}

function invalid(message: string): ElvesError {
  return new ElvesError('MANIFEST_INVALID', `elves.json: ${message}`)
}
