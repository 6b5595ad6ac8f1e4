import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSignedHead } from '../src/pages/audit/head-signature.ts'
import { type ShownEvent, shownIsLeaf } from '../src/pages/audit/shown-is-leaf.ts'

const long = 'x'.repeat(300)
const shown: ShownEvent = {
  ...{ id: 'e1', stream: 'task-1', version: 2, type: 'TaskSucceeded', recordedAt: '2026-11-27T12:00:00.005Z' },
  ...{ actor: { kind: 'AGENT', id: 'a', name: null }, correlationId: 'c', causationId: null },
  data: { output: { message: long, costMs: 5, addedLater: null }, list: [1, 2] },
}
const large = { sha256: createHash('sha256').update(long).digest('hex'), byteCount: 300 }
const leaf = {
  ...{ position: 7, id: 'e1', stream: 'task-1', version: 2, type: 'TaskSucceeded', schema: 'ff', recordedAt: Date.parse(shown.recordedAt) },
  ...{ contextSchema: 'ee', context: { actor: { kind: 'AGENT', id: 'a', name: null }, correlationId: 'c', causationId: null, metadata: {} } },
  data: { output: { message: large, costMs: 5 }, list: [1, 2] },
}

test('an event that is shown is that of its leaf, whose large texts are hashes', async () => {
  expect(await shownIsLeaf(shown, JSON.stringify(leaf))).toBe(true)
  const agedText = `[aged out: 300 bytes, SHA-256 ${large.sha256}]`
  expect(await shownIsLeaf({ ...shown, data: { output: { message: agedText, costMs: 5 }, list: [1, 2] } }, JSON.stringify(leaf))).toBe(true)
})

test.each<[string, ShownEvent]>([
  ['another number', { ...shown, data: { output: { message: long, costMs: 6 }, list: [1, 2] } }],
  ['another large text', { ...shown, data: { output: { message: `${long}y`, costMs: 5 }, list: [1, 2] } }],
  ['a longer list', { ...shown, data: { output: { message: long, costMs: 5 }, list: [1, 2, 3] } }],
  ['no data', { ...shown, data: null }],
  ['somebody else', { ...shown, actor: { ...shown.actor, id: 'b' } }],
  ['another time', { ...shown, recordedAt: '2026-11-27T12:00:00.006Z' }],
])('an event that is shown with %s is not', async (_, other) => {
  expect(await shownIsLeaf(other, JSON.stringify(leaf))).toBe(false)
})

test('what says who a user is is sealed in the leaf, so it is not compared; the rest is', async () => {
  const of = { stream: 'user-1', type: 'UserCreated' }
  const told = (data: object) => JSON.stringify({ ...leaf, ...of, data })
  const sealed = told({ name: 'sealed:1:abc', displayName: large, roles: ['operator'] })
  const plain = told({ name: 'ann', displayName: 'Ann', roles: ['operator'] })
  const is = (name: string, roles: string[], text: string) => shownIsLeaf({ ...shown, ...of, data: { name, displayName: name, roles } }, text)
  expect(await is('ann', ['operator'], sealed)).toBe(true)
  expect(await is('erased', ['operator'], sealed)).toBe(true)
  expect(await is('ann', ['admin'], sealed)).toBe(false)
  expect(await is('erased', ['operator'], plain)).toBe(true)
  expect(await is('bob', ['operator'], plain)).toBe(false)
})

test('a head is signed by its key over all that it says', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const told = { logId: 'l', size: 9, rootHash: 'ab', signedAt: '2026-11-27T12:00:00.005Z' }
  const statement = `elves log head\nl\n9\nab\n${Date.parse(told.signedAt)}\n`
  const head = {
    ...told,
    signature: sign(null, Buffer.from(statement), privateKey).toString('base64url'),
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
  }
  expect(await isSignedHead(head)).toBe(true)
  expect(await isSignedHead({ ...head, size: 10 })).toBe(false)
  expect(await isSignedHead({ ...head, signature: '' })).toBe(false)
})
