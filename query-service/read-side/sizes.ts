/** What the values of fixed or short length of a view take. */
export const plainBytes = 500

/** What a value takes as JSON. */
export function jsonBytes(value: unknown): number {
  return value === null ? 0 : (JSON.stringify(value) ?? '').length
}
