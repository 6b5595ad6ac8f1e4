import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

/**
 * Hybrid public key encryption, RFC 9180, mode base, for one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. The
 * recipient is named by its Ed25519 key, which is mapped to X25519 as RFC 7748 says; ADR 0170 says why.
 */

const encBytes = 32
const tagBytes = 16
const nonceBytes = 12
const [kemId, kdfId, aeadId] = [0x0020, 0x0001, 0x0003]
const kemSuite = Buffer.concat([Buffer.from('KEM'), u16(kemId)])
const suite = Buffer.concat([Buffer.from('HPKE'), u16(kemId), u16(kdfId), u16(aeadId)])
const nothing = Buffer.alloc(0)
const cipher = 'chacha20-poly1305'

/** What sender and recipient must agree on beside the key: what the message is for (`info`) and which message it is (`aad`). */
export interface SealedFor {
  readonly info: string
  readonly aad: string
}

/** Seals bytes so that only who has the private half of this Ed25519 key (base64url of its 32 bytes) opens them. Throws TypeError where it is no key. */
export function sealForKey(publicKey: string, bytes: Uint8Array, { info, aad }: SealedFor): Buffer {
  return sealToPoint(montgomeryOf(Buffer.from(publicKey, 'base64url')), bytes, { info: Buffer.from(info), aad: Buffer.from(aad) })
}

/** Opens what was sealed for the public half of an Ed25519 private key (PKCS #8, DER). Null: it was not, or was altered, or is for something else. */
export function openWithKey(privateKey: KeyObject, sealed: Uint8Array, { info, aad }: SealedFor): Buffer | null {
  return openWithScalar(scalarOf(privateKey), sealed, { info: Buffer.from(info), aad: Buffer.from(aad) })
}

interface Terms {
  readonly info: Buffer
  readonly aad: Buffer
}

/** `ephemeral`: for the test vectors of the RFC; default a new key. Returns the key that it was sealed with, then the ciphertext. */
export function sealToPoint(
  recipient: Buffer,
  bytes: Uint8Array,
  { info, aad }: Terms,
  ephemeral = generateKeyPairSync('x25519').privateKey,
): Buffer {
  const enc = pointOf(ephemeral)
  const shared = diffieHellman({ privateKey: ephemeral, publicKey: publicOf(recipient) })
  const { key, nonce } = schedule(shared, Buffer.concat([enc, recipient]), info)
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(aad, { plaintextLength: bytes.length })
  return Buffer.concat([enc, sealing.update(bytes), sealing.final(), sealing.getAuthTag()])
}

export function openWithScalar(scalar: Buffer, sealed: Uint8Array, { info, aad }: Terms): Buffer | null {
  const all = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length)
  if (all.length < encBytes + tagBytes) return null
  const [enc, text, tag] = [all.subarray(0, encBytes), all.subarray(encBytes, -tagBytes), all.subarray(-tagBytes)]
  try {
    const own = privateOf(scalar)
    const shared = diffieHellman({ privateKey: own, publicKey: publicOf(enc) })
    const { key, nonce } = schedule(shared, Buffer.concat([enc, pointOf(own)]), info)
    const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(aad, { plaintextLength: text.length }).setAuthTag(tag)
    return Buffer.concat([opening.update(text), opening.final()])
  } catch {
    return null
  }
}

function schedule(dh: Buffer, kemContext: Buffer, info: Buffer): { readonly key: Buffer; readonly nonce: Buffer } {
  const shared = expand(kemSuite, extract(kemSuite, nothing, 'eae_prk', dh), 'shared_secret', kemContext, 32)
  const hashes = [extract(suite, nothing, 'psk_id_hash', nothing), extract(suite, nothing, 'info_hash', info)]
  const context = Buffer.concat([Buffer.of(0), ...hashes])
  const secret = extract(suite, shared, 'secret', nothing)
  return { key: expand(suite, secret, 'key', context, 32), nonce: expand(suite, secret, 'base_nonce', context, nonceBytes) }
}

function extract(of: Buffer, salt: Buffer, label: string, bytes: Buffer): Buffer {
  return createHmac('sha256', salt).update('HPKE-v1').update(of).update(label).update(bytes).digest()
}

/** One block of HKDF is enough: nothing here is longer than 32 bytes. */
function expand(of: Buffer, key: Buffer, label: string, info: Buffer, length: number): Buffer {
  const block = createHmac('sha256', key).update(u16(length)).update('HPKE-v1').update(of).update(label).update(info).update(Buffer.of(1)).digest()
  return block.subarray(0, length)
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

const prime = 2n ** 255n - 19n

/** The u coordinate of a point of Edwards form: (1 + y) / (1 - y). It is public, so its time may tell it. */
function montgomeryOf(point: Buffer): Buffer {
  if (point.length !== encBytes) throw new TypeError('a key of Ed25519 has 32 bytes')
  const y = BigInt(`0x${Buffer.from(point).reverse().toString('hex')}`) & (2n ** 255n - 1n)
  const u = mod((1n + y) * power(mod(1n - y), prime - 2n))
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse()
}

function mod(value: bigint): bigint {
  return ((value % prime) + prime) % prime
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let [square, rest] = [base, exponent]; rest > 0n; square = mod(square * square), rest >>= 1n) if (rest & 1n) result = mod(result * square)
  return result
}

/** The same scalar that Ed25519 signs with: the first half of the hash of the seed. X25519 clamps it as Ed25519 does. */
function scalarOf(privateKey: KeyObject): Buffer {
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url')
  return createHash('sha512').update(seed).digest().subarray(0, 32)
}

/** The first bytes of the PKCS #8 form of an X25519 key. */
const x25519Head = Buffer.from('302e020100300506032b656e04220420', 'hex')

function privateOf(scalar: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([x25519Head, scalar]), format: 'der', type: 'pkcs8' })
}

function publicOf(point: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: point.toString('base64url') }, format: 'jwk' })
}

function pointOf(key: KeyObject): Buffer {
  return Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url')
}
