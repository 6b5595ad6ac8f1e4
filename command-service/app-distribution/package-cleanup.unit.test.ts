import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PackageFolder } from '@elves/core/app-package/package-folder.ts'
import { type AppState, initialAppState } from '@elves/core/domain/app/state.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PackageCleanup } from './package-cleanup.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-cleanup-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const sha256 = (digit: string) => digit.repeat(64)
const version = (digit: string, isWithdrawn: boolean) => ({ sha256: sha256(digit), bytes: 1, manifest: null, isWithdrawn, isReleased: true })

async function put(name: string, daysAgo: number): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, 'x')
  const at = new Date(Date.now() - daysAgo * 86_400_000)
  await utimes(path, at, at)
}

const clean = (states: readonly AppState[], now = 1) =>
  new PackageCleanup({ packages: new PackageFolder(folder), logger: silentLogger, now: () => now }).clean(states)

test('removes the packages of withdrawn versions and of refused uploads after a day, and nothing else', async () => {
  for (const digit of ['a', 'b', 'c', 'd']) await put(`${sha256(digit)}.zip`, 2)
  await put(`${sha256('e')}.zip`, 0)
  await put('notes.txt', 2)
  const shop = { ...initialAppState, versions: { '1': version('a', false), '2': version('b', true), '3': version('c', true) } }
  // The same bytes may be another app's version.
  const other = { ...initialAppState, versions: { constructor: version('c', false) } }
  await clean([shop, other])
  expect((await readdir(folder)).sort()).toEqual([`${sha256('a')}.zip`, `${sha256('c')}.zip`, `${sha256('e')}.zip`, 'notes.txt'])
})

test('looks once an hour, and does not mind where there is no folder', async () => {
  let now = 0
  let looks = 0
  const packages = {
    async forget() {
      looks += 1
      return 0
    },
  }
  const cleanup = new PackageCleanup({ packages, logger: silentLogger, now: () => now })
  for (const minutes of [0, 30, 59, 60, 61]) {
    now = minutes * 60_000
    await cleanup.clean([])
  }
  expect(looks).toBe(2)
  await rm(folder, { recursive: true })
  await clean([])
})
