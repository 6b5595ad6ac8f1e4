const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

/**
 * Returns JSON as the agent of 0.1.x wrote it, byte for byte: no spaces, `<`, `>` and `&` escaped, and keys of a Map sorted, while those
 * of an object stay in their order.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (part instanceof Map ? sortedObject(part) : part)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => escapes[sign] ?? sign,
  )
}

function sortedObject(map: ReadonlyMap<string, unknown>): object {
  return Object.fromEntries([...map].sort(([one], [other]) => Buffer.from(one).compare(Buffer.from(other))))
}
