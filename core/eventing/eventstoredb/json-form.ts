/** Converts a value between its Avro form and JSON. Only bytes differ: JSON has none, so they become base64. */
export interface JsonForm {
  toJson(value: unknown): unknown
  /** Returns a value that does not fit unchanged: the schema refuses it later. */
  fromJson(json: unknown): unknown
}

interface Schema {
  readonly type: unknown
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly items?: unknown
  readonly values?: unknown
}

const forms = new WeakMap<object, JsonForm>()

/** Returns the JSON form of an Avro schema, which is made once. */
export function jsonForm(schema: object): JsonForm {
  let form = forms.get(schema)
  if (!form) {
    form = formOf(schema, new Map())
    forms.set(schema, form)
  }
  return form
}

const same: JsonForm = { toJson: (value) => value, fromJson: (json) => json }

const base64: JsonForm = {
  toJson: (value) => (value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value),
  fromJson(json) {
    if (typeof json !== 'string') return json
    const bytes = Buffer.from(json, 'base64')
    // Buffer.from skips characters that are not base64.
    return bytes.toString('base64') === json ? bytes : json
  },
}

const primitives: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'enum'])

function formOf(given: unknown, named: Map<string, JsonForm>): JsonForm {
  if (Array.isArray(given)) return optionalForm(given, named)
  if (typeof given === 'string') return namedForm(given, named)
  const { type, name, fields, items, values } = given as Schema
  if (type === 'record') return recordForm(name ?? '', fields ?? [], named)
  if (type === 'array') return arrayForm(formOf(items, named))
  if (type === 'map') return mapForm(formOf(values, named))
  const form = formOf(type, named)
  if (name !== undefined) named.set(lastPart(name), form)
  return form
}

function namedForm(name: string, named: ReadonlyMap<string, JsonForm>): JsonForm {
  if (name === 'bytes') return base64
  const form = primitives.has(name) ? same : named.get(lastPart(name))
  if (form) return form
  throw new Error(`JSON form: no type is named ${name}`)
}

/** With several branches that are not null, JSON would not tell which branch a value has; the platform's schemas have no such union. */
function optionalForm(branches: readonly unknown[], named: Map<string, JsonForm>): JsonForm {
  const [branch, ...others] = branches.filter((one) => one !== 'null')
  if (branch === undefined || others.length > 0) throw new Error('JSON form: a union is null or one other type')
  const form = formOf(branch, named)
  if (form === same) return same
  return {
    toJson: (value) => (value === null ? null : form.toJson(value)),
    fromJson: (json) => (json === null ? null : form.fromJson(json)),
  }
}

/** Most fields are the same in both forms, so a value is copied, and only those that differ are changed. */
function recordForm(name: string, fields: NonNullable<Schema['fields']>, named: Map<string, JsonForm>): JsonForm {
  const differing: { readonly name: string; readonly form: JsonForm }[] = []
  const convert = (value: unknown, way: keyof JsonForm) => {
    if (differing.length === 0 || !isObject(value)) return value
    const copy = { ...value }
    for (const field of differing) copy[field.name] = field.form[way](value[field.name])
    return copy
  }
  const form: JsonForm = { toJson: (value) => convert(value, 'toJson'), fromJson: (json) => convert(json, 'fromJson') }
  // A record in itself is that form, too.
  named.set(lastPart(name), form)
  for (const field of fields) {
    const its = formOf(field.type, named)
    if (its !== same) differing.push({ name: field.name, form: its })
  }
  if (differing.length > 0) return form
  named.set(lastPart(name), same)
  return same
}

function arrayForm(item: JsonForm): JsonForm {
  if (item === same) return same
  return {
    toJson: (value) => (Array.isArray(value) ? value.map(item.toJson) : value),
    fromJson: (json) => (Array.isArray(json) ? json.map(item.fromJson) : json),
  }
}

function mapForm(item: JsonForm): JsonForm {
  if (item === same) return same
  const convert = (value: unknown, way: keyof JsonForm) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, item[way](one)])) : value
  return { toJson: (value) => convert(value, 'toJson'), fromJson: (json) => convert(json, 'fromJson') }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
