const order = ['type', 'name', 'namespace', 'aliases', 'fields', 'symbols', 'items', 'values', 'default']

/**
 * Returns a schema without its docs and with its keys in a fixed order. It has everything that reading and writing
 * depend on, so two schemas are the same exactly if their texts are. (Avro's canonical form, from which the fingerprint
 * is made, also leaves out defaults and aliases.)
 */
export function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const keys = Object.keys(schema).filter((key) => key !== 'doc')
  const sorted = keys.sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1))
  return Object.fromEntries(sorted.map((key) => [key, plainPart(key, (schema as Record<string, unknown>)[key])]))
}

/** A default is a value, which may contain a key named `doc`. */
function plainPart(key: string, part: unknown): unknown {
  return key === 'default' ? part : plainSchema(part)
}

function place(key: string): number {
  const at = order.indexOf(key)
  return at < 0 ? order.length : at
}
