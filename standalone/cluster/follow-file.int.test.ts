import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followFile } from './follow-file.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-follow-'))
})

afterEach(() => rm(dir, { recursive: true, force: true }))

test('hands on whole lines that come after it began, also of a file that is made later or anew', async () => {
  const path = join(dir, 'log')
  const seen: string[] = []
  const following = followFile(path, (lines) => seen.push(lines))
  await writeFile(path, 'first\nbeg')
  await expect.poll(() => seen.join('')).toBe('first\n')
  await appendFile(path, `un ä\n${'x'.repeat(200_000)}\n`)
  await expect.poll(() => seen.join('').length).toBe('first\n'.length + 'begun ä\n'.length + 200_001)
  await writeFile(path, 'anew\n')
  await expect.poll(() => seen.at(-1)).toBe('anew\n')
  await appendFile(path, 'last\n')
  await following.stop()
  expect(seen.at(-1)).toBe('last\n')
})

test('leaves out what was there before', async () => {
  const path = join(dir, 'log')
  await writeFile(path, 'old\n')
  const seen: string[] = []
  const following = followFile(path, (lines) => seen.push(lines))
  await appendFile(path, 'new\n')
  await following.stop()
  expect(seen).toEqual(['new\n'])
})
