import { expect, test } from 'vitest'
import { isPublicKey, isSignedBy, keyFingerprint, newPrivateKey, signerOf, signerOfSecret } from './ed25519.ts'

test('a signature holds for its bytes and its key only', () => {
  const [one, other] = [signerOf(newPrivateKey()), signerOf(newPrivateKey())]
  const signature = one.sign(Buffer.from('bytes'))
  expect(isPublicKey(one.publicKey)).toBe(true)
  expect(isSignedBy(one.publicKey, Buffer.from('bytes'), signature)).toBe(true)
  expect(isSignedBy(one.publicKey, Buffer.from('byteS'), signature)).toBe(false)
  expect(isSignedBy(other.publicKey, Buffer.from('bytes'), signature)).toBe(false)
})

test('what is no key and no signature is not signed, and does not throw', () => {
  const { publicKey } = signerOf(newPrivateKey())
  for (const key of ['', 'x', publicKey.slice(1), `${publicKey}A`]) {
    expect(isPublicKey(key)).toBe(false)
    expect(isSignedBy(key, Buffer.from('bytes'), 'AAAA')).toBe(false)
  }
  expect(isSignedBy(publicKey, Buffer.from('bytes'), '')).toBe(false)
})

test('the same secret makes the same key, another purpose another one', () => {
  const key = (purpose: string, secret: string) => signerOfSecret(purpose, secret).publicKey
  expect(key('one', 's')).toBe(key('one', 's'))
  expect(new Set([key('one', 's'), key('two', 's'), key('one', 't')]).size).toBe(3)
})

test('fingerprints look as OpenSSH shows them', () => {
  expect(keyFingerprint(signerOf(newPrivateKey()).publicKey)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
})
