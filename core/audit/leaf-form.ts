import { hash } from 'node:crypto'
import { largeValueBytes } from '../domain/task/aged-values.ts'

/** Writes a value of one schema as it stands in a leaf. */
export type LeafForm = (value: unknown) => string

interface Schema {
  readonly type: unknown
  readonly name?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly items?: unknown
  readonly values?: unknown
}

const forms = new WeakMap<object, LeafForm>()

/**
 * Returns the writer of a schema, which is made once: JSON with the fields in the schema's order, the keys of maps sorted, bytes as
 * base64, and each text above 256 bytes as `{"sha256":…,"byteCount":…}`.
 */
export function leafForm(schema: object): LeafForm {
  let form = forms.get(schema)
  if (!form) {
    form = formOf(schema, new Map())
    forms.set(schema, form)
  }
  return form
}

const text: LeafForm = (value) => {
  const given = value as string
  // No character takes more than three bytes for each of its UTF-16 units.
  if (given.length * 3 <= largeValueBytes) return JSON.stringify(given)
  const byteCount = Buffer.byteLength(given)
  return byteCount <= largeValueBytes ? JSON.stringify(given) : `{"sha256":"${hash('sha256', given)}","byteCount":${byteCount}}`
}
const plain: LeafForm = (value) => JSON.stringify(value)
const whole: LeafForm = (value) => String(value)
/** A symbol has letters, digits and underscores. */
const symbol: LeafForm = (value) => `"${value as string}"`
const bytes: LeafForm = (value) => {
  const { buffer, byteOffset, byteLength } = value as Uint8Array<ArrayBuffer>
  return text(Buffer.from(buffer, byteOffset, byteLength).toString('base64'))
}

const primitives: Readonly<Record<string, LeafForm>> = {
  null: () => 'null',
  boolean: whole,
  int: whole,
  long: whole,
  float: plain,
  double: plain,
  enum: symbol,
  string: text,
  bytes,
}

function formOf(given: unknown, named: Map<string, LeafForm>): LeafForm {
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

function namedForm(name: string, named: ReadonlyMap<string, LeafForm>): LeafForm {
  const form = primitives[name] ?? named.get(lastPart(name))
  if (form) return form
  throw new Error(`leaf form: no type is named ${name}`)
}

/** The platform's schemas have no union but of null and one other type. */
function optionalForm(branches: readonly unknown[], named: Map<string, LeafForm>): LeafForm {
  const [branch, ...others] = branches.filter((one) => one !== 'null')
  if (branch === undefined || others.length > 0) throw new Error('leaf form: a union is null or one other type')
  const form = formOf(branch, named)
  return (value) => (value === null ? 'null' : form(value))
}

function recordForm(name: string, fields: NonNullable<Schema['fields']>, named: Map<string, LeafForm>): LeafForm {
  const parts: { readonly name: string; readonly start: string; readonly form: LeafForm }[] = []
  const form: LeafForm = (value) => {
    let written = '{'
    for (const part of parts) written += part.start + part.form((value as Record<string, unknown>)[part.name])
    return `${written}}`
  }
  named.set(lastPart(name), form)
  for (const field of fields) {
    const start = `${parts.length > 0 ? ',' : ''}${JSON.stringify(field.name)}:`
    parts.push({ name: field.name, start, form: formOf(field.type, named) })
  }
  return form
}

function arrayForm(item: LeafForm): LeafForm {
  return (value) => `[${(value as readonly unknown[]).map(item).join(',')}]`
}

function mapForm(item: LeafForm): LeafForm {
  return (value) => {
    const map = value as Readonly<Record<string, unknown>>
    const members = Object.keys(map)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${item(map[key])}`)
    return `{${members.join(',')}}`
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
