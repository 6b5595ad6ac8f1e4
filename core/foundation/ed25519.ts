import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { setBounded } from './set-bounded.ts'

/** Signs with an Ed25519 key of its own. */
export interface Signer {
  /** base64url of the 32 bytes. */
  readonly publicKey: string
  /** Returns the signature, base64url of 64 bytes. */
  sign(bytes: Uint8Array): string
}

/** Returns a new private key: base64url of its PKCS #8 DER form. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
}

/** Opens a private key as {@link newPrivateKey} returns it. Throws if it is none. */
export function signerOf(privateKey: string): Signer {
  return signerWith(privateKeyOf(privateKey))
}

/** The same, to open with it what was sealed for its public half. */
export function privateKeyOf(privateKey: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
}

/** The first bytes of the PKCS #8 form of an Ed25519 key; the 32 bytes of its seed follow. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Returns the key pair whose seed is the SHA-256 of a secret: processes that share the secret share the key. */
export function signerOfSecret(purpose: string, secret: string): Signer {
  const seed = createHash('sha256').update(`${purpose}\n${secret}`).digest()
  return signerWith(createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' }))
}

function signerWith(key: KeyObject): Signer {
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`a key of type ${key.asymmetricKeyType} is none of Ed25519`)
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { publicKey: x, sign: (bytes) => sign(null, bytes, key).toString('base64url') }
}

const publicKeyPattern = /^[A-Za-z0-9_-]{43}$/

/** Returns true if the text has the form of a public key. */
export function isPublicKey(text: string): boolean {
  return publicKeyPattern.test(text) && Buffer.from(text, 'base64url').toString('base64url') === text
}

/** Opens public keys and keeps the last ones open: to open one costs about as much as to verify with it. */
const opened = new Map<string, KeyObject>()
const mostOpened = 1_000

/** Returns true if the key made the signature over the bytes; false also for texts that are no key or no signature. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    return verify(null, bytes, open(publicKey), Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

function open(publicKey: string): KeyObject {
  const known = opened.get(publicKey)
  if (known) return known
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  setBounded(opened, publicKey, key, mostOpened)
  return key
}

/** Returns what people compare keys by: `SHA256:` and the base64 of the hash of the 32 bytes, without padding, as OpenSSH shows it. */
export function keyFingerprint(publicKey: string): string {
  const hash = createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64')
  return `SHA256:${hash.replace(/=+$/, '')}`
}
