import { type RestErrorCode, type RestRefusal, restRefusal } from './answers.ts'
import { given, type Parameters } from './parameters.ts'

/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A parameter of an endpoint: what it is checked by, and what docs/reference/rest-v2.md and the OpenAPI document say of it. */
export interface RestParameter<Value = unknown> {
  readonly meaning: string
  readonly isNeeded: boolean
  /** Of the text that is sent. */
  readonly schema: JsonSchema
  /** The refusal where the text is missing or wrong; null: any text is right. */
  readonly code: RestErrorCode | null
  /** The text is null where the parameter is missing or blank. Returns undefined to refuse it. */
  read(text: string | null): Value | undefined
}

/** By name, in the order in which they are checked. */
export type RestParameters = { readonly [name: string]: RestParameter }
export type ValuesOf<Declared extends RestParameters> = {
  readonly [Name in keyof Declared]: Declared[Name] extends RestParameter<infer Value> ? Value : never
}

/** A text that must be there; `read` may refuse it by null. */
export function neededParameter(
  code: RestErrorCode,
  meaning: string,
  { schema = { type: 'string' }, isRight = () => true }: { schema?: JsonSchema; isRight?: (text: string) => boolean } = {},
): RestParameter<string> {
  return { meaning, isNeeded: true, schema, code, read: (text) => (text !== null && isRight(text) ? text : undefined) }
}

/** Any text; null where it is missing. */
export function optionalParameter(meaning: string, example?: string): RestParameter<string | null> {
  const schema = { type: 'string', ...(example === undefined ? {} : { examples: [example] }) }
  return { meaning, isNeeded: false, schema, code: null, read: (text) => text }
}

/** Returns the values of an endpoint's parameters, or the refusal of the first that is wrong. Other parameters are ignored. */
export function readValues<Declared extends RestParameters>(
  declared: Declared,
  parameters: Parameters,
): { values: ValuesOf<Declared> } | RestRefusal {
  const values: Record<string, unknown> = {}
  for (const [name, { code, read }] of Object.entries(declared)) {
    const value = read(given(parameters, name))
    if (value === undefined) return restRefusal(code ?? '500')
    values[name] = value
  }
  return { values: values as ValuesOf<Declared> }
}

/** Our extension of 0.1.x: endpoints that make something take it. */
export const idempotencyKeyParameter = optionalParameter(
  'Our extension: a second request with the same key and the same parameters makes nothing new.',
)
