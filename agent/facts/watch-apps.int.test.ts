import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appConfigs } from '../runner/app-config.ts'
import { installedApps } from '../runner/installed-apps.ts'
import { type WatchedApps, watchApps } from './watch-apps.ts'

/** Longer than any test, so that changes become known only by the kernel's notice. */
const neverMs = 3_600_000
let folder: string
let appsDir: string
let watched: WatchedApps | null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-facts-'))
  appsDir = join(folder, 'apps')
  watched = null
})
afterEach(async () => {
  await watched?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(lookMs: number) {
  const told: string[][] = []
  const configs = appConfigs((app) => join(appsDir, app))
  const onChange = (apps: readonly { name: string; version: string }[]) => told.push(namesOf(apps))
  const started = await watchApps({
    appsDir,
    installedApps: () => installedApps({ appsDir, stored: null, configs }),
    onChange,
    logger: silentLogger,
    lookMs,
  })
  watched = started
  return { told, known: () => namesOf(started.apps), saw: started.saw }
}

function namesOf(apps: readonly { name: string; version: string }[]): string[] {
  return apps.map(({ name, version }) => (version === '' ? name : `${name} ${version}`))
}

async function putApp(app: string, version: string | null = null, dir = appsDir): Promise<void> {
  await mkdir(join(dir, app), { recursive: true })
  if (version !== null) await writeFile(join(dir, app, 'appcfg.json'), JSON.stringify({ version }))
}

test('knows what is there at the start without telling it as a change', async () => {
  await putApp('one', '1.0')
  const { told, known } = await start(neverMs)
  expect(known()).toEqual(['one 1.0'])
  expect(told).toEqual([])
})

test('tells a version as a text that has a UTF-8 form, also where it is cut', async () => {
  await putApp('cut', `${'v'.repeat(63)}\u{1f600}`)
  await putApp('half', '1.0\ud83d')
  const { known } = await start(neverMs)
  expect(known()).toEqual([`cut ${'v'.repeat(63)}`, 'half 1.0\ufffd'])
})

test('follows another folder that is put in the place of the watched one', async () => {
  await putApp('one')
  const { known } = await start(neverMs)
  const next = join(folder, 'next')
  await putApp('two', null, next)
  await rename(appsDir, join(folder, 'old'))
  await rename(next, appsDir)
  await waitFor(() => known().join() === 'two')
  await putApp('three')
  await waitFor(() => known().join() === 'three,two')
})

test('finds a folder again that was removed and made anew', async () => {
  await putApp('one')
  const { known } = await start(50)
  await rm(appsDir, { recursive: true })
  await waitFor(() => known().length === 0)
  await putApp('two')
  await waitFor(() => known().join() === 'two')
})

test('finds another version in an app’s own folder, where no watch sees it', async () => {
  await putApp('one', '1.0.0')
  const { known } = await start(50)
  await putApp('one', '2.0.0')
  await waitFor(() => known().join() === 'one 2.0.0')
})

test('finds what a link on the way leads to since it was turned', async () => {
  for (const release of ['r1', 'r2']) await putApp(`app-${release}`, null, join(folder, release))
  await symlink('r1', join(folder, 'current'))
  appsDir = join(folder, 'current')
  const { known } = await start(50)
  expect(known()).toEqual(['app-r1'])
  await symlink('r2', join(folder, 'turned'))
  await rename(join(folder, 'turned'), appsDir)
  await waitFor(() => known().join() === 'app-r2')
})

test('looks at once when a run has seen another version', async () => {
  await putApp('one', '1.0.0')
  const { told, known, saw } = await start(neverMs)
  await putApp('one', '2.0.0')
  saw('one', '2.0.0')
  await waitFor(() => known().join() === 'one 2.0.0')
  expect(told).toEqual([['one 2.0.0']])
})

test('what can not be read counts as it was', async () => {
  await putApp('one')
  let isShort = false
  const short = () => Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
  const onChange = () => expect.unreachable('nothing has changed')
  let looks = 0
  const apps = () => {
    looks += 1
    return isShort ? short() : installedApps({ appsDir, stored: null, configs: appConfigs((app) => join(appsDir, app)) })
  }
  watched = await watchApps({ appsDir, installedApps: apps, onChange, logger: silentLogger, lookMs: 20 })
  isShort = true
  const before = looks
  await waitFor(() => looks > before + 3)
  expect(namesOf(watched.apps)).toEqual(['one'])
})
