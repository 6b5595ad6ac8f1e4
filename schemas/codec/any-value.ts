import fc from 'fast-check'
import { messageSchemas } from '../generated/catalog.ts'
import type { Message, MessageName } from './codec.ts'

const graphemes = fc.string({ unit: 'grapheme', maxLength: 20 })
/** Any JavaScript text, also with NUL and halves of surrogate pairs. */
export const anyUtf16 = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', '\u0000', '"', '\\', '\ufffd', '\ud83d', '\ude00', '\u{1f600}', '__proto__'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  // Longer than 64 bytes, because avsc writes longer texts in another way.
  maxLength: 80,
})

interface Schema {
  readonly type: string
  readonly name?: string
  readonly namespace?: string
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[]
  readonly symbols?: readonly string[]
  readonly items?: unknown
  readonly values?: unknown
}

interface AnyValueOptions {
  /** Default: texts of whole characters, which all have a UTF-8 form. */
  readonly text?: fc.Arbitrary<string>
  /** Default: numbers that avsc writes exactly. */
  readonly long?: fc.Arbitrary<number>
}

/** For property tests: generates any value that the schema of this message allows. */
export function anyValue<Name extends MessageName>(name: Name, options: AnyValueOptions = {}): fc.Arbitrary<Message<Name>['value']> {
  return arbitrary(messageSchemas[name], new Map(), options) as fc.Arbitrary<Message<Name>['value']>
}

/** Generates the values of an Avro schema from its JSON, so that new types are covered without a change here. */
function arbitrary(given: unknown, named: Map<string, fc.Arbitrary<unknown>>, options: AnyValueOptions): fc.Arbitrary<unknown> {
  if (Array.isArray(given)) return fc.oneof(...given.map((branch) => arbitrary(branch, named, options)))
  if (typeof given === 'string') return named.get(given) ?? named.get(`elves.${given}`) ?? primitive(given, options)
  const schema = given as Schema
  const known = (made: fc.Arbitrary<unknown>) => {
    if (schema.name) named.set(schema.name.includes('.') ? schema.name : `${schema.namespace ?? 'elves'}.${schema.name}`, made)
    return made
  }
  if (schema.type === 'record') {
    return known(fc.record(Object.fromEntries((schema.fields ?? []).map(({ name, type }) => [name, arbitrary(type, named, options)]))))
  }
  if (schema.type === 'enum') return known(fc.constantFrom(...(schema.symbols ?? [])))
  if (schema.type === 'array') return fc.array(arbitrary(schema.items, named, options), { maxLength: 4 })
  // A plain object can't have the key `__proto__`, so avsc drops it.
  const key = options.text ?? graphemes.filter((one) => one !== '__proto__')
  if (schema.type === 'map') return fc.dictionary(key, arbitrary(schema.values, named, options), { maxKeys: 4, noNullPrototype: true })
  return primitive(schema.type, options)
}

function primitive(type: string, { text = graphemes, long }: AnyValueOptions): fc.Arbitrary<unknown> {
  const primitives: Record<string, fc.Arbitrary<unknown>> = {
    null: fc.constant(null),
    boolean: fc.boolean(),
    int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    // Beyond 2^52 avsc writes inexact numbers without an error.
    long: long ?? fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    // JSON has no others, and no -0.
    double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    string: text,
    bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  }
  const made = primitives[type]
  if (!made) throw new Error(`no values for ${type}`)
  return made
}
