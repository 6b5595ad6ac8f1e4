import { anyValue } from '@elves/schemas/codec/any-value.ts'
import { encode, type MessageName, versionOf } from '@elves/schemas/codec/codec.ts'
import { messageSchemas } from '@elves/schemas/generated/catalog.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonForm } from './json-form.ts'

const names = (Object.keys(messageSchemas) as MessageName[]).filter((name) => name !== 'Frame')
const message = fc.constantFrom(...names).chain((name) => anyValue(name).map((value) => ({ name, value })))

describe('the JSON form of a message', () => {
  it('gives the same bytes back, whatever is in it and whichever message it is', () => {
    fc.assert(
      fc.property(message, ({ name, value }) => {
        const bytes = encode(name, value as never)
        const { schema, type } = versionOf(bytes)
        const { value: read } = type.decode(bytes, 10) as { value: unknown }
        const text = JSON.stringify(jsonForm(schema).toJson(read))
        const back = jsonForm(schema).fromJson(JSON.parse(text))
        expect(encode(name, back as never).equals(bytes)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('has bytes as base64, and all else as it is', () => {
    const form = jsonForm(record('bytes', { type: 'array', items: 'bytes' }, ['null', 'bytes'], { type: 'map', values: 'long' }))
    const value = { f0: Buffer.from([0, 255]), f1: [Buffer.from('a')], f2: null, f3: { größe: 2 ** 52 } }
    expect(form.toJson(value)).toEqual({ f0: 'AP8=', f1: ['YQ=='], f2: null, f3: { größe: 2 ** 52 } })
    expect(form.fromJson(form.toJson(value))).toEqual(value)
  })

  it('leaves what does not fit for the schema to refuse', () => {
    const form = jsonForm(record('bytes', { type: 'array', items: 'bytes' }))
    for (const misfit of [null, 'text', [], { f0: 'no base64!', f1: 7 }]) expect(form.fromJson(misfit)).toEqual(misfit)
  })

  it('is refused for a union that JSON could not tell apart', () => {
    expect(() => jsonForm(record(['null', 'string', 'bytes']))).toThrow('a union is null or one other type')
  })
})

function record(...types: readonly unknown[]): object {
  return { type: 'record', name: 'Sample', fields: types.map((type, index) => ({ name: `f${index}`, type })) }
}
