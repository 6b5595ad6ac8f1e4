import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EntryNames } from './entry-names.ts'
import { PackageFolder } from './package-folder.ts'

test('names whose folders would fill the memory are refused, long before there are too many entries', () => {
  const names = new EntryNames()
  let entries = 0
  const takeAll = () => {
    for (; entries < 20_000; entries += 1) names.take(Buffer.from(`${`${entries}/`.repeat(31)}x`))
  }
  expect(takeAll).toThrow(expect.objectContaining({ code: 'PACKAGE_TOO_LARGE' }))
  expect(entries).toBeLessThan(80_000 / 31)
})

test('what a process that died has left of a package is removed a day later; what is coming in and what is kept stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-package-folder-'))
  try {
    const kept = `${'a'.repeat(64)}.zip`
    for (const name of ['.incoming-old', '.incoming-new', kept]) await writeFile(join(folder, name), 'x')
    const longAgo = new Date(Date.now() - 2 * 86_400_000)
    for (const name of ['.incoming-old', kept]) await utimes(join(folder, name), longAgo, longAgo)
    await new PackageFolder(folder).tidy()
    expect((await readdir(folder)).toSorted()).toEqual(['.incoming-new', kept])
    await new PackageFolder(join(folder, 'none')).tidy()
  } finally {
    await rm(folder, { recursive: true })
  }
})
