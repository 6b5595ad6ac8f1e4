import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageSchemas } from '../generated/catalog.ts'
import { anyValue } from './any-value.ts'
import { decode, decodeAs, encode, type Message, type MessageName, misfits, readableFingerprints, UndecodableMessage } from './codec.ts'

const names = Object.keys(messageSchemas) as MessageName[]
const message: fc.Arbitrary<Message> = fc.constantFrom(...names).chain((name) => anyValue(name).map((value) => ({ name, value }) as Message))

const ping: Message<'AgentPing'> = { name: 'AgentPing', value: { clockMs: 1_700_000_000_000 } }

describe('a message', () => {
  it('is the same after encode and decode, whatever is in it', () => {
    fc.assert(
      fc.property(message, ({ name, value }) => {
        const bytes = encode(name, value)
        expect(plain(decode(bytes))).toEqual(plain({ name, value }))
        expect(plain(decodeAs(name, bytes))).toEqual(plain(value))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same bytes when it is encoded again', () => {
    fc.assert(
      fc.property(message, ({ name, value }) => {
        const bytes = encode(name, value)
        expect(encode(name, decodeAs(name, bytes)).equals(bytes)).toBe(true)
      }),
    )
  })

  it('of any size fits: the work buffer is no limit, and is not shared with what was encoded before', () => {
    const large = encode('CenterRefusal', { code: 'X', canRetry: false, message: '€'.repeat(100_000) })
    const small = encode(ping.name, ping.value)
    expect(decodeAs('CenterRefusal', large).message).toHaveLength(100_000)
    const copy = Buffer.from(small)
    encode('AgentPing', { clockMs: 1 })
    expect(small.equals(copy)).toBe(true)
  })

  it('begins with C3 01 and the fingerprint of its schema', () => {
    for (const name of names) expect(readableFingerprints).toContain(headerOf(name))
    expect(new Set(readableFingerprints).size).toBe(readableFingerprints.length)
    expect(encode(ping.name, ping.value).subarray(0, 2).toString('hex')).toBe('c301')
  })

  it('that does not fit its schema is refused, and its misfits are named', () => {
    const wrong = { clockMs: 'now' } as never
    expect(() => encode('AgentPing', wrong)).toThrow(new TypeError('not a AgentPing: clockMs'))
    expect(misfits('AgentPing', wrong)).toEqual(['clockMs'])
    expect(misfits('AgentPing', ping.value)).toEqual([])
  })
})

describe('bytes that are no message', () => {
  const bytes = encode(ping.name, ping.value)

  it.each<[string, Buffer, string | null]>([
    ['nothing', Buffer.alloc(0), null],
    ['a header cut short', bytes.subarray(0, 9), null],
    ['another marker', Buffer.concat([Buffer.from([0xc3, 0x02]), bytes.subarray(2)]), null],
    ['JSON', Buffer.from('{"clockMs": 17}'), null],
    ['an unknown fingerprint', Buffer.concat([bytes.subarray(0, 2), Buffer.alloc(8, 0xab), bytes.subarray(10)]), 'ab'.repeat(8)],
    ['a body cut short', bytes.subarray(0, -1), bytes.toString('hex', 2, 10)],
    ['bytes left over', Buffer.concat([bytes, Buffer.from([0])]), bytes.toString('hex', 2, 10)],
  ])('are told as undecodable, with the fingerprint where there is one: %s', (_, broken, fingerprint) => {
    expect(() => decode(broken)).toThrow(UndecodableMessage)
    expect(() => decode(broken)).toThrow(expect.objectContaining({ fingerprint }))
  })

  it('of another type than the expected one are refused', () => {
    expect(() => decodeAs('CenterPong', bytes)).toThrow(UndecodableMessage)
  })

  it('are never read as a message that was cut, wherever it was', () => {
    fc.assert(
      fc.property(message, fc.nat(), ({ name, value }, cut) => {
        const whole = encode(name, value)
        expect(() => decode(whole.subarray(0, cut % whole.length))).toThrow(UndecodableMessage)
      }),
    )
  })
})

function headerOf(name: MessageName): string {
  const [sample] = fc.sample(anyValue(name), 1)
  return encode(name, sample as never).toString('hex', 2, 10)
}

/** Returns the value without the classes that avsc makes, and with bytes as text. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
