/** Parameters of a request, unencoded, by name. */
export type Parameters = ReadonlyMap<string, string>

/** Query string and form body merged; where both (or one twice) name a parameter, the last one stands: the body's. */
export function readParameters(query: string, body: string): Parameters {
  return new Map([...new URLSearchParams(query), ...new URLSearchParams(body)])
}

/** The value of a parameter, or null where it is missing or blank: the contract makes no difference. */
export function given(parameters: Parameters, name: string): string | null {
  const value = parameters.get(name)
  return value === undefined || value.trim() === '' ? null : value
}
