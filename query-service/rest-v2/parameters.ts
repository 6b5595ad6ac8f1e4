import { formParameters, queryParameters } from '@elves/core/http/utf8.ts'

/** Parameters of a request by name, decoded. */
export type Parameters = ReadonlyMap<string, string>

/**
 * Merges query string and form body. If a parameter appears several times, the last one counts; the body comes after
 * the query string. Throws ENCODING_INVALID with the `name` of a parameter that is not UTF-8.
 */
export function readParameters(url: string, body: Uint8Array): Parameters {
  return new Map([...queryParameters(url), ...formParameters(body)])
}

/** Returns the value of a parameter, or null if it is missing or blank: the contract treats both alike. */
export function given(parameters: Parameters, name: string): string | null {
  const value = parameters.get(name)
  return value === undefined || value.trim() === '' ? null : value
}
