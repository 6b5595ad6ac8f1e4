/** Estimated bytes of all values of a view that have a fixed or short length. */
export const plainBytes = 500

/** Returns the length of a value as JSON, 0 for null. */
export function jsonBytes(value: unknown): number {
  return value === null ? 0 : (JSON.stringify(value) ?? '').length
}
