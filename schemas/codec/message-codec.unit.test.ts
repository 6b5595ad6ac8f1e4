import { describe, expect, it } from 'vitest'
import { earlierVersions, lockedSchema } from '../released/release-lock.ts'
import { fitsVersion } from './bounds.ts'
import { MessageCodec, UndecodableMessage, withFingerprints } from './message-codec.ts'
import { UnknownToReader, VersionedWriter } from './message-writer.ts'

const mood = (...symbols: string[]) => ({ type: 'enum', name: 'Mood', symbols: ['UNKNOWN', ...symbols], default: 'UNKNOWN' })
const greeting = (...fields: object[]) => ({ type: 'record', name: 'Greeting', fields })
const words = { name: 'words', type: { type: 'array', items: 'string' } }

/** Three releases of one message. */
const first = greeting(words, { name: 'note', type: ['null', 'string'], default: null })
const second = greeting(words, { name: 'mood', type: mood('GLAD'), default: 'GLAD' })
const third = greeting({ name: 'mood', type: mood('GLAD', 'SAD'), default: 'GLAD' }, { name: 'tone', type: 'int', default: 7 }, words)
const releases = [first, second, third]

const lock = { releases: releases.map((schema, index) => ({ release: `${index}`, golden: {}, schemas: [lockedSchema('Greeting', schema)] })) }
const fingerprints = releases.map((schema) => lockedSchema('Greeting', schema).fingerprint)

/** The codec of each release. */
const codecs = releases.map((schema) => {
  const known = { releases: lock.releases.slice(0, releases.indexOf(schema) + 1) }
  return new MessageCodec(withFingerprints({ Greeting: schema }), earlierVersions(known, { Greeting: schema }))
}) as [MessageCodec, MessageCodec, MessageCodec]
const [oldest, older, today] = codecs
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('a message of an earlier release', () => {
  it('is read in today’s shape', () => {
    const fromOldest = today.decode(oldest.encode('Greeting', { words: ['a', 'b'], note: 'n' }))
    expect([fromOldest.name, plain(fromOldest.value)]).toEqual(['Greeting', { mood: 'GLAD', tone: 7, words: ['a', 'b'] }])
    expect(plain(today.decodeAs('Greeting', older.encode('Greeting', { words: [], mood: 'UNKNOWN' })))).toEqual({
      mood: 'UNKNOWN',
      tone: 7,
      words: [],
    })
  })

  it('is held to the bounds of its own schema', () => {
    const bytes = oldest.encode('Greeting', { words: ['a', 'b'], note: 'n' })
    const version = today.versionOf(bytes)
    expect(fitsVersion(version, bytes)).toBe(true)
    for (let length = 10; length < bytes.length; length++) expect(fitsVersion(version, bytes.subarray(0, length))).toBe(false)
  })

  it('is undecodable where it is cut or has bytes left over, as today’s are', () => {
    const bytes = oldest.encode('Greeting', { words: ['a'], note: 'n' })
    for (let length = 0; length < bytes.length; length++) expect(() => today.decode(bytes.subarray(0, length))).toThrow(UndecodableMessage)
    expect(() => today.decode(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(UndecodableMessage)
  })

  it('is listed as readable, newest first of its name', () => {
    expect(today.fingerprints).toEqual([fingerprints[2], fingerprints[0], fingerprints[1]])
    expect(today.fingerprintsOf('Greeting')).toEqual([...fingerprints].reverse())
  })

  it('of a release that is yet to come is refused with its fingerprint', () => {
    const bytes = today.encode('Greeting', { mood: 'SAD', tone: 1, words: [] })
    expect(() => older.decode(bytes)).toThrow(expect.objectContaining({ name: 'UndecodableMessage', fingerprint: fingerprints[2] }))
  })
})

describe('a writer for one reader', () => {
  const value = { mood: 'SAD', tone: 1, words: ['w'] }

  it('writes the newest version that the reader reads', () => {
    expect(new VersionedWriter(today, today.fingerprints).encode('Greeting', value)).toEqual(today.encode('Greeting', value))
    const forOlder = new VersionedWriter(today, older.fingerprints).encode('Greeting', value)
    expect(forOlder.toString('hex', 2, 10)).toBe(fingerprints[1])
    // A symbol that the reader lacks becomes its default, as if the reader had read today's bytes.
    expect(plain(older.decodeAs('Greeting', forOlder))).toEqual({ words: ['w'], mood: 'UNKNOWN' })
    expect(plain(oldest.decodeAs('Greeting', new VersionedWriter(today, oldest.fingerprints).encode('Greeting', value)))).toEqual({
      words: ['w'],
      note: null,
    })
  })

  it('forwards what somebody else encoded: as it is where the reader reads it, else in its version', () => {
    const bytes = today.encode('Greeting', value)
    expect(new VersionedWriter(today, today.fingerprints).forward(bytes)).toBe(bytes)
    const early = oldest.encode('Greeting', { words: ['a'], note: 'n' })
    expect(new VersionedWriter(today, older.fingerprints).forward(early)).toBe(early)
    expect(plain(older.decodeAs('Greeting', new VersionedWriter(today, older.fingerprints).forward(bytes)))).toEqual({
      words: ['w'],
      mood: 'UNKNOWN',
    })
  })

  it('says so where the reader reads no version of a message', () => {
    const writer = new VersionedWriter(today, ['0123456789abcdef'])
    expect(writer.canWrite('Greeting')).toBe(false)
    expect(new VersionedWriter(today, oldest.fingerprints).canWrite('Greeting')).toBe(true)
    expect(() => writer.encode('Greeting', value)).toThrow(UnknownToReader)
    expect(() => writer.forward(today.encode('Greeting', value))).toThrow(expect.objectContaining({ messageName: 'Greeting' }))
  })
})
