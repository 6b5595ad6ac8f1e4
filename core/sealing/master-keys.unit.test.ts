import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { masterKeysAt } from './master-keys.ts'
import { sealing } from './sealing.ts'

const masterKeysOfText = (text: string) => masterKeysAt({ text, file: '' })

test('wraps with the first key and unwraps with any, in its place only', async () => {
  const before = masterKeysOfText('old')
  const wrapped = await before.wrap('place 1', 'data key')
  const both = masterKeysOfText('new, old')
  expect(await both.unwrap('place 1', wrapped)).toBe('data key')
  expect(await both.unwrap('place 2', wrapped)).toBeNull()
  expect((await both.wrap('place 1', 'data key')).keyId).toBe(await both.currentId())
  expect(await both.currentId()).not.toBe(wrapped.keyId)
  expect(await masterKeysOfText('new').unwrap('place 1', wrapped)).toBeNull()
  expect(wrapped.wrapped.includes('data key')).toBe(false)
})

test('without a key nothing is wrapped', async () => {
  expect(await masterKeysOfText(' ,').currentId()).toBeNull()
  await expect(masterKeysOfText('').wrap('place', 'data key')).rejects.toMatchObject({ code: 'MASTER_KEY_UNAVAILABLE', canRetry: true })
})

test('reads its file anew, and says while it can not be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-master-keys-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'keys')
  const keys = masterKeysAt({ text: '', file: path })
  await expect(keys.currentId()).rejects.toMatchObject({ code: 'MASTER_KEY_UNAVAILABLE', canRetry: true })
  await writeFile(path, 'old\n')
  const wrapped = await keys.wrap('place', 'data key')
  await writeFile(path, 'new\nold\n')
  expect(await keys.unwrap('place', wrapped)).toBe('data key')
  expect(await keys.currentId()).not.toBe(wrapped.keyId)
})

test('what an earlier release has wrapped, under an id that could be guessed fast, unwraps, and is to be wrapped anew', async () => {
  const formerId = createHash('sha256').update('elves master key id\nold').digest('hex').slice(0, 16)
  const former = { keyId: formerId, wrapped: sealing('old', 'elves master key').seal('place 1', 'data key') }
  const keys = masterKeysOfText('old')
  expect(await keys.unwrap('place 1', former)).toBe('data key')
  expect(await keys.unwrap('place 2', former)).toBeNull()
  expect(await keys.currentId()).not.toBe(formerId)
  expect(await keys.currentId()).toBe(await masterKeysOfText('old').currentId())
})

test('neither the id nor what wraps follows from the key by a fast hash', async () => {
  const { keyId, wrapped } = await masterKeysOfText('old').wrap('place 1', 'data key')
  expect(keyId).toMatch(/^2-[0-9a-f]{16}$/)
  expect(keyId).not.toContain(createHash('sha256').update('elves master key id\nold').digest('hex').slice(0, 16))
  expect(sealing('old', 'elves master key').open('place 1', wrapped)).toBeNull()
})
