import { describe, expect, it } from 'vitest'
import { fingerprintBytes } from './fingerprint.ts'

/** Values of the Avro specification's own tests (share/test/data/schema-tests.txt), as signed 64-bit numbers. */
const known: readonly [schema: string, fingerprint: bigint][] = [
  ['"null"', 7195948357588979594n],
  ['"boolean"', -6970731678124411036n],
  ['"int"', 8247732601305521295n],
  ['"long"', -3434872931120570953n],
  ['"string"', -8142146995180207161n],
  ['"bytes"', 5746618253357095269n],
]

describe('the CRC-64-AVRO fingerprint', () => {
  it.each(known)('of %s is the one that the specification gives, little-endian', (schema, fingerprint) => {
    expect(fingerprintBytes(schema).readBigInt64LE()).toBe(fingerprint)
  })

  it('of "null" is 63dd24e7cc258f8a, lowest byte first', () => {
    expect(Buffer.from(fingerprintBytes('"null"').toReversed()).toString('hex')).toBe('63dd24e7cc258f8a')
  })
})
