import avro from 'avsc'

type Json = string | readonly Json[] | SchemaObject

interface SchemaObject {
  readonly type: Json
  readonly name?: string
  readonly aliases?: readonly string[]
  readonly fields?: readonly Field[]
  readonly symbols?: readonly string[]
  readonly default?: unknown
  readonly items?: Json
  readonly values?: Json
}

interface Field {
  readonly name: string
  readonly type: Json
  readonly default?: unknown
  readonly aliases?: readonly string[]
}

/** A schema at one place, with the named types of its whole schema. */
interface Side {
  readonly schema: Json
  readonly named: Map<string, SchemaObject>
}

/** Avro's promotions: the other types that a reader's primitive type can read. Source: Avro 1.12 specification, "Schema Resolution". */
const alsoReads: Readonly<Record<string, readonly string[]>> = {
  long: ['int'],
  float: ['int', 'long'],
  double: ['int', 'long', 'float'],
  string: ['bytes'],
  bytes: ['string'],
}

/**
 * Returns why data written with one schema can't be read with another by Avro's resolution, one line per place; empty
 * if all such data can be read. avsc decides in the end, but its message seldom names the place.
 */
export function misreads(reader: object, writer: object): string[] {
  const sides = [reader, writer].map((schema) => ({ schema: schema as SchemaObject, named: namedTypes(schema as SchemaObject) })) as [Side, Side]
  const found = resolve(sides[0], sides[1], (reader as SchemaObject).name ?? '', new Set())
  if (found.length > 0) return found
  try {
    avro.Type.forSchema(reader as avro.Schema).createResolver(avro.Type.forSchema(writer as avro.Schema))
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}

/** `open` has the pairs of records that are being compared further up, so that recursive types end. */
function resolve(reader: Side, writer: Side, path: string, open: Set<string>): string[] {
  const [read, written] = [definition(reader), definition(writer)]
  if (isUnion(written)) return written.flatMap((branch) => resolve(reader, { ...writer, schema: branch }, path, open))
  if (isUnion(read)) {
    const isRead = read.some((branch) => resolve({ ...reader, schema: branch }, writer, path, open).length === 0)
    return isRead ? [] : [`${path}: no branch of the union reads ${typeName(written)}`]
  }
  const [readType, writtenType] = [kind(read), kind(written)]
  if (readType !== writtenType) {
    return alsoReads[readType]?.includes(writtenType) ? [] : [`${path}: ${typeName(written)} can not be read as ${typeName(read)}`]
  }
  if (typeof read === 'string' || typeof written === 'string') return []
  if (read.name !== undefined && !namesOf(read).includes(bare(written.name ?? ''))) {
    return [`${path}: ${written.name} can not be read as ${read.name}, which has no such alias`]
  }
  if (readType === 'record') return resolveRecord({ ...reader, schema: read }, { ...writer, schema: written }, path, open)
  if (readType === 'enum') return resolveEnum(read, written, path)
  const part = readType === 'array' ? 'items' : 'values'
  return resolve({ ...reader, schema: read[part] ?? '' }, { ...writer, schema: written[part] ?? '' }, `${path}.${part}`, open)
}

function resolveRecord(reader: Side, writer: Side, path: string, open: Set<string>): string[] {
  const [read, written] = [reader.schema as SchemaObject, writer.schema as SchemaObject]
  const pair = `${read.name}:${written.name}`
  if (open.has(pair)) return []
  const inside = new Set([...open, pair])
  return (read.fields ?? []).flatMap((field) => {
    const at = `${path}.${field.name}`
    const source = written.fields?.filter(({ name }) => namesOf(field).includes(name)) ?? []
    if (source.length > 1) return [`${at}: its aliases name ${source.length} fields`]
    if (source[0]) return resolve({ ...reader, schema: field.type }, { ...writer, schema: source[0].type }, at, inside)
    return field.default === undefined ? [`${at}: is not written, and has no default`] : []
  })
}

function resolveEnum(read: SchemaObject, written: SchemaObject, path: string): string[] {
  if (read.default !== undefined) return []
  const unknown = written.symbols?.filter((symbol) => !read.symbols?.includes(symbol)) ?? []
  return unknown.length === 0 ? [] : [`${path}: ${bare(read.name ?? '')} has no ${unknown.join(', ')}, and no default`]
}

/** Returns the type that a name stands for; a primitive stands for itself. */
function definition({ schema, named }: Side): Json {
  if (typeof schema === 'string') return named.get(bare(schema)) ?? schema
  return schema
}

function isUnion(schema: Json): schema is readonly Json[] {
  return Array.isArray(schema)
}

function kind(schema: Json): string {
  return typeof schema === 'string' ? schema : String((schema as SchemaObject).type)
}

function typeName(schema: Json): string {
  if (typeof schema === 'string') return schema
  if (isUnion(schema)) return `a union of ${schema.map(typeName).join(', ')}`
  return schema.name === undefined ? kind(schema) : `${kind(schema)} ${bare(schema.name)}`
}

function namesOf({ name, aliases = [] }: { readonly name?: string; readonly aliases?: readonly string[] }): string[] {
  return [name ?? '', ...aliases].map(bare)
}

function bare(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function namedTypes(schema: Json | undefined, named = new Map<string, SchemaObject>()): Map<string, SchemaObject> {
  if (schema === undefined || typeof schema === 'string') return named
  if (isUnion(schema)) {
    for (const branch of schema) namedTypes(branch, named)
    return named
  }
  if (schema.name !== undefined) named.set(bare(schema.name), schema)
  if (typeof schema.type !== 'string') namedTypes(schema.type, named)
  for (const part of [schema.items, schema.values, ...(schema.fields ?? []).map(({ type }) => type)]) namedTypes(part, named)
  return named
}
