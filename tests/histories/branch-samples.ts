interface Schema {
  readonly type: string
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly symbols?: readonly string[]
  readonly items?: unknown
  readonly values?: unknown
}

const primitives: Readonly<Record<string, readonly unknown[]>> = {
  null: [null],
  boolean: [false, true],
  int: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  long: [0, 1_700_000_000_000, -1, 2 ** 52, -(2 ** 52)],
  double: [0, -1.5],
  string: ['text', '', 'ü 字 🧝 "\\" \u0000\n'],
  bytes: [Buffer.from('00ff10', 'hex'), Buffer.alloc(0)],
}

/**
 * Values of a schema, the same ones each time, that together take every branch of every union, every symbol of every
 * enum, empty and filled lists and maps, and the ends of numbers.
 */
export function branchSamples(schema: unknown): unknown[] {
  return samples(schema, new Map())
}

function samples(given: unknown, named: Map<string, unknown[]>): unknown[] {
  if (Array.isArray(given)) return given.flatMap((branch) => samples(branch, named))
  if (typeof given === 'string') return [...(primitives[given] ?? named.get(bare(given)) ?? unknownType(given))]
  const schema = given as Schema
  switch (schema.type) {
    case 'record':
      return remember(schema, recordSamples(schema, named), named)
    case 'enum':
      return remember(schema, [...(schema.symbols ?? [])], named)
    case 'array':
      return [[], samples(schema.items, named)]
    case 'map': {
      const values = samples(schema.values, named).map((value, index) => [index === 0 ? 'key' : `ü 字 ${index}`, value])
      return [{}, Object.fromEntries(values)]
    }
    default:
      return samples(schema.type, named)
  }
}

/** As many as the field with the most: each field goes through its own, again from the first where it has fewer. */
function recordSamples({ fields = [] }: Schema, named: Map<string, unknown[]>): unknown[] {
  const columns = fields.map(({ name, type }) => ({ name, values: samples(type, named) }))
  const rows = Math.max(1, ...columns.map(({ values }) => values.length))
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(columns.map(({ name, values }) => [name, values[row % values.length]])))
}

function remember({ name }: Schema, values: unknown[], named: Map<string, unknown[]>): unknown[] {
  if (name !== undefined) named.set(bare(name), values)
  return values
}

function bare(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function unknownType(name: string): never {
  throw new Error(`no samples of ${name}`)
}
