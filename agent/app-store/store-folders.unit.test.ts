import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StoreFolders } from './store-folders.ts'

test('a part of a package that nobody went on with for a week is removed at the start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-store-folders-'))
  try {
    const folders = new StoreFolders(folder)
    const [old, recent] = ['a'.repeat(64), 'b'.repeat(64)]
    for (const sha256 of [old, recent]) await writeFile(folders.packagePath(sha256), 'x')
    const longAgo = new Date(Date.now() - 8 * 86_400_000)
    await utimes(folders.packagePath(old), longAgo, longAgo)
    await folders.tidy()
    expect(await readdir(join(folder, 'packages'))).toEqual([`${recent}.part`])
  } finally {
    await rm(folder, { recursive: true })
  }
})
