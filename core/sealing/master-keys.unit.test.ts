import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { masterKeysAt } from './master-keys.ts'

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
