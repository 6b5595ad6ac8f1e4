/**
 * CRC-64-AVRO (Rabin) fingerprint of a schema in Parsing Canonical Form, as the single-object encoding requires.
 * Source: Avro 1.12 specification, "Schema Fingerprints".
 */

const empty = 0xc15d213aa4d7a795n

const table = Array.from({ length: 256 }, (_, byte) => {
  let fingerprint = BigInt(byte)
  for (let bit = 0; bit < 8; bit++) fingerprint = (fingerprint >> 1n) ^ (fingerprint & 1n ? empty : 0n)
  return fingerprint
})

/** Returns 8 bytes, little-endian, as they follow `C3 01`. */
export function fingerprintBytes(canonicalSchema: string): Buffer {
  let fingerprint = empty
  for (const byte of Buffer.from(canonicalSchema, 'utf8')) {
    fingerprint = (fingerprint >> 8n) ^ (table[Number((fingerprint ^ BigInt(byte)) & 0xffn)] as bigint)
  }
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(fingerprint)
  return bytes
}
