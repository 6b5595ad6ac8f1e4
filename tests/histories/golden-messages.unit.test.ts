import { readFileSync } from 'node:fs'
import { decode, encode, type MessageName, readableFingerprints } from '@elves/schemas/codec/codec.ts'
import { MessageCodec, withFingerprints } from '@elves/schemas/codec/message-codec.ts'
import { messageSchemas } from '@elves/schemas/generated/catalog.ts'
import { readLock } from '@elves/schemas/released/lock-file.ts'
import { type LockedSchema, sha256 } from '@elves/schemas/released/release-lock.ts'
import { describe, expect, it } from 'vitest'
import { goldenPath, plainValue, readMessages } from './golden-files.ts'

const { releases } = readLock()

/** The oldest released version of a message, by the release that brought it. */
function oldestOf(name: string): LockedSchema {
  const oldest = releases.flatMap(({ schemas }) => schemas).find((schema) => schema.name === name)
  if (!oldest) throw new Error(`no release has ${name}`)
  return oldest
}

/** As code of that release would: it knows its own schema, and today's as the writer's. */
function readByOldest(name: MessageName, bytes: Buffer): unknown {
  const { schema, fingerprint } = oldestOf(name)
  const today = { name, schema: messageSchemas[name], fingerprint: bytes.toString('hex', 2, 10) }
  return new MessageCodec(withFingerprints({ [name]: schema }), today.fingerprint === fingerprint ? [] : [today]).decodeAs(name, bytes)
}

describe.each(releases.map(({ release, golden, schemas }) => ({ release, golden, schemas })))(
  'messages of release $release',
  ({ release, golden, schemas }) => {
    const messages = readMessages(release)
    const samples = Object.entries(messages).flatMap(([name, one]) => one.samples.map((sample) => ({ name: name as MessageName, ...sample })))

    it('are kept as they were recorded, to the byte', () => {
      expect(Object.keys(golden)).toContain('messages.json')
      for (const [file, sum] of Object.entries(golden)) expect(sha256(readFileSync(goldenPath(release, file))), file).toBe(sum)
    })

    it('are there for every schema that the release brought, and every such schema is listed as readable', () => {
      expect(Object.entries(messages).map(([name, { fingerprint }]) => [name, fingerprint])).toEqual(
        schemas.map(({ name, fingerprint }) => [name, fingerprint]),
      )
      for (const { fingerprint } of schemas) expect(readableFingerprints).toContain(fingerprint)
    })

    it('decode with today’s code to what they said then', () => {
      for (const { name, bytes, value } of samples) {
        const decoded = decode(Buffer.from(bytes, 'base64'))
        expect(decoded.name).toBe(name)
        expect(common(plainValue(decoded.value), value)).toEqual(common(value, plainValue(decoded.value)))
      }
    })

    it('written by today’s code decode with the oldest released schema', () => {
      for (const { name, bytes } of samples) {
        const { value } = decode(Buffer.from(bytes, 'base64'))
        const read = plainValue(readByOldest(name, encode(name, value as never)))
        const written = asKnownTo(oldestOf(name), plainValue(value), read)
        expect(common(read, written)).toEqual(common(written, read))
      }
    })
  },
)

/** What was written, with UNKNOWN in place of each symbol of an enum that came after that version, where that is what was read. */
function asKnownTo(oldest: LockedSchema, written: unknown, read: unknown): unknown {
  if (read === 'UNKNOWN' && typeof written === 'string' && !JSON.stringify(oldest.schema).includes(`"${written}"`)) return read
  if (Array.isArray(written) && Array.isArray(read)) return written.map((item, index) => asKnownTo(oldest, item, read[index]))
  if (!isRecord(written) || !isRecord(read)) return written
  return Object.fromEntries(Object.entries(written).map(([field, part]) => [field, asKnownTo(oldest, part, read[field])]))
}

/** The fields that both versions of a message have, in its nested records too; what one lacks has its default in the other. */
function common(value: unknown, other: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(other)) return value.map((item, index) => (index in other ? common(item, other[index]) : item))
  if (!isRecord(value) || !isRecord(other)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([field, part]) => (field in other ? [[field, common(part, other[field])]] : [])))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
