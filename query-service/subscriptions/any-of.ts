/** Returns a test whether a value is one of these; `undefined` accepts every value. */
export function anyOf(values: readonly string[] | undefined): (value: string) => boolean {
  if (values === undefined) return () => true
  const wanted = new Set(values)
  return (value) => wanted.has(value)
}
