import { createPrivateKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newPrivateKey, signerOf } from './ed25519.ts'
import { openWithKey, openWithScalar, sealForKey, sealToPoint } from './hpke.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const keyOf = (text: string) => createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' })
const place = { info: 'test', aad: 'message 1' }

test('seals and opens as the test vector of RFC 9180 says (A.2.1, first message)', () => {
  const ephemeral = createPrivateKey({
    key: hex('302e020100300506032b656e04220420f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600'),
    format: 'der',
    type: 'pkcs8',
  })
  const terms = { info: hex('4f6465206f6e2061204772656369616e2055726e'), aad: hex('436f756e742d30') }
  const recipient = hex('4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a')
  const text = hex('4265617574792069732074727574682c20747275746820626561757479')
  const sealed = sealToPoint(recipient, text, terms, ephemeral)
  expect(sealed.toString('hex')).toBe(
    '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a' +
      '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
  )
  const scalar = hex('8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb')
  expect(openWithScalar(scalar, sealed, terms)).toEqual(text)
})

test('only the key that it was sealed for opens it, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const own = newPrivateKey()
      const sealed = sealForKey(signerOf(own).publicKey, bytes, place)
      expect(openWithKey(keyOf(own), sealed, place)).toEqual(Buffer.from(bytes))
      expect(openWithKey(keyOf(newPrivateKey()), sealed, place)).toBeNull()
    }),
    { numRuns: 20 },
  )
})

test('does not open for another purpose or as another message, nor what was altered or cut', () => {
  const own = newPrivateKey()
  const sealed = sealForKey(signerOf(own).publicKey, Buffer.from('secret'), place)
  expect(openWithKey(keyOf(own), sealed, { ...place, info: 'other' })).toBeNull()
  expect(openWithKey(keyOf(own), sealed, { ...place, aad: 'message 2' })).toBeNull()
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(openWithKey(keyOf(own), altered, place)).toBeNull()
    expect(openWithKey(keyOf(own), sealed.subarray(0, at), place)).toBeNull()
  }
})

test('seals for no point of small order: everybody could open it', () => {
  const neutral = Buffer.alloc(32)
  neutral[0] = 1
  expect(() => sealForKey(neutral.toString('base64url'), Buffer.from('secret'), place)).toThrow()
  expect(() => sealForKey('AAAA', Buffer.from('secret'), place)).toThrow(TypeError)
})
