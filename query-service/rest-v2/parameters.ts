import { formParameters, queryParameters } from '@elves/core/http/utf8.ts'

/** Parameters of a request, unencoded, by name. */
export type Parameters = ReadonlyMap<string, string>

/**
 * Query string and form body merged; where both (or one twice) name a parameter, the last one stands: the body's.
 * Throws ENCODING_INVALID with the `name` of a parameter that is not UTF-8.
 */
export function readParameters(url: string, body: Uint8Array): Parameters {
  return new Map([...queryParameters(url), ...formParameters(body)])
}

/** The value of a parameter, or null where it is missing or blank: the contract makes no difference. */
export function given(parameters: Parameters, name: string): string | null {
  const value = parameters.get(name)
  return value === undefined || value.trim() === '' ? null : value
}
