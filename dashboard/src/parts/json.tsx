/** A JSON value as indented text; a text that is JSON itself too, because workers answer with text. */
export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scrolled" tabIndex={0} aria-label={label}>
      <pre className="code">{jsonText(value)}</pre>
    </section>
  )
}

export function jsonText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2)
  try {
    const inner: unknown = JSON.parse(value)
    return typeof inner === 'object' && inner !== null ? JSON.stringify(inner, null, 2) : value
  } catch {
    return value
  }
}
