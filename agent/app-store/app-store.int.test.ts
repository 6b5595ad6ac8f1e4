import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { AgentAppReport } from '@elves/schemas/generated/types.ts'
import { appPackage, sayingApp } from '@elves/tests/support/app-package.ts'
import { rawZip } from '@elves/tests/support/raw-zip.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AppStore, type AppStoreOptions, appStore, switchSteps } from './app-store.ts'
import { notReplaceable } from './own-program.ts'

let folder: string
const stores: AppStore[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-app-store-'))
})
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await rm(folder, { recursive: true, force: true })
})

interface Packed {
  readonly version: string
  readonly path: string
  readonly sha256: string
}

async function packed(version: string): Promise<Packed> {
  const bytes = await sayingApp(`version ${version}`)
  const path = join(folder, `${version}.zip`)
  await writeFile(path, bytes)
  return { version, path, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A store that "downloads" these packages from the disk. */
async function open(packages: readonly Packed[], changes: Partial<AppStoreOptions> = {}) {
  const told: Omit<AgentAppReport, 'reportId'>[] = []
  const store = await appStore({
    folder: join(folder, 'store'),
    download: ({ sha256 }, path) => copyFile(packages.find((one) => one.sha256 === sha256)?.path ?? '', path),
    isLocal: () => false,
    report: (report) => told.push(report),
    onChange: () => undefined,
    program: notReplaceable,
    logger: silentLogger,
    patienceMs: 0,
    ...changes,
  })
  stores.push(store)
  let revision = 0
  const set = async (wanted: Packed | null, removed: readonly string[] = []) => {
    revision += 1
    const apps = wanted === null ? [] : [{ app: 'shop', version: wanted.version, sha256: wanted.sha256, bytes: 1 }]
    store.set({ revision, apps, removed, correlationId: '', logId: 'log' })
    await store.idle()
    return told.at(-1)
  }
  return { store, set, told }
}

async function says(store: AppStore): Promise<string | null> {
  const current = store.current('shop')
  return current && (await readFile(join(current.folder, 'app-worker.py'), 'utf8'))
}

test('brings a version, the next one, and the first one again without a download', async () => {
  const [one, two] = [await packed('1'), await packed('2')]
  let downloads = 0
  const { store, set } = await open([one, two], {
    download: ({ sha256 }, path) => {
      downloads += 1
      return copyFile(sha256 === one.sha256 ? one.path : two.path, path)
    },
  })
  expect(await set(one)).toMatchObject({ outcome: 'INSTALLED', version: '1' })
  expect(await says(store)).toContain('version 1')
  expect(await set(two)).toMatchObject({ outcome: 'INSTALLED', version: '2' })
  expect(await set(one)).toMatchObject({ outcome: 'INSTALLED', version: '1' })
  expect(await says(store)).toContain('version 1')
  expect(downloads).toBe(2)
})

test('keeps the version before, and one that a run still uses; what is unbound goes', async () => {
  const all = [await packed('1'), await packed('2'), await packed('3')] as const
  const { store, set } = await open(all)
  await set(all[0])
  const release = store.hold(store.current('shop')?.folder ?? '')
  await set(all[1])
  await set(all[2])
  const versions = () => readdir(join(folder, 'store', 'versions', 'shop'))
  expect((await versions()).map((name) => name.split('~')[0]).sort()).toEqual(['1', '2', '3'])
  release()
  await set(all[1])
  expect((await versions()).map((name) => name.split('~')[0]).sort()).toEqual(['2', '3'])
  expect(await set(null)).toMatchObject({ outcome: 'REMOVED' })
  expect(store.current('shop')).toBeNull()
  expect(await versions()).toEqual([])
})

test('a download that brings other bytes is refused, and what was there stays', async () => {
  const [one, two] = [await packed('1'), await packed('2')]
  const { store, set } = await open([one, two], { download: (_wanted, path) => copyFile(one.path, path) })
  await set(one)
  expect(await set(two)).toMatchObject({ outcome: 'FAILED', code: 'PACKAGE_CHANGED' })
  expect(await says(store)).toContain('version 1')
})

test.each([
  ['leaves its folder', 'PACKAGE_PATH_INVALID', rawZip([{ name: 'a.txt' }, { name: '../../../evil' }])],
  ['has a link', 'PACKAGE_LINK', rawZip([{ name: 'a.txt' }, { name: 'link', mode: 0o120777, content: Buffer.from('/tmp') }])],
  ['has a name twice', 'PACKAGE_NAME_TAKEN', rawZip([{ name: 'a.txt' }, { name: 'A.txt' }])],
  ['is a bomb', 'PACKAGE_BOMB', rawZip([{ name: 'a', content: Buffer.alloc(4_194_304), isDeflated: true }])],
])('a package that %s is not taken, whatever the center says of it: what was there stays, and nothing else', async (_what, code, bytes) => {
  const one = await packed('1')
  const hostile = { version: '2', path: join(folder, 'hostile.zip'), sha256: createHash('sha256').update(bytes).digest('hex') }
  await writeFile(hostile.path, bytes)
  const { store, set } = await open([one, hostile])
  await set(one)
  const before = await readdir(folder, { recursive: true })
  expect(await set(hostile)).toMatchObject({ outcome: 'FAILED', code })
  expect(await says(store)).toContain('version 1')
  // What it had unpacked until then has a name that no app has, and goes with the next start.
  await store.stop()
  await open([one])
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(before.sort())
})

test('a local folder of the app is never replaced', async () => {
  const one = await packed('1')
  const { store, set } = await open([one], { isLocal: () => true })
  expect(await set(one)).toMatchObject({ outcome: 'FAILED', code: 'APP_FOLDER_LOCAL' })
  expect(store.current('shop')).toBeNull()
})

test('an earlier wish that comes late is passed over', async () => {
  const [one, two] = [await packed('1'), await packed('2')]
  const { store, set } = await open([one, two])
  await set(one)
  await set(two)
  store.set({ revision: 1, apps: [{ app: 'shop', version: '1', sha256: one.sha256, bytes: 1 }], removed: [], correlationId: '', logId: 'log' })
  await store.idle()
  expect(await says(store)).toContain('version 2')
})

test('an earlier wish is passed over by the next process too; one of a restored center counts', async () => {
  const [one, two] = [await packed('1'), await packed('2')]
  const before = await open([one, two])
  await before.set(one)
  await before.set(two)
  await before.store.stop()
  const { store } = await open([one, two])
  const earlier = { revision: 1, apps: [{ app: 'shop', version: '1', sha256: one.sha256, bytes: 1 }], removed: [], correlationId: '' }
  store.set({ ...earlier, logId: 'log' })
  await store.idle()
  expect(await says(store)).toContain('version 2')
  store.set({ ...earlier, logId: 'restored' })
  await store.idle()
  expect(await says(store)).toContain('version 1')
})

test('what the center believes to be there and is not is told as removed', async () => {
  const { set } = await open([])
  expect(await set(null, ['shop'])).toMatchObject({ app: 'shop', outcome: 'REMOVED' })
})

test.each(switchSteps)('kill -9 at the step "%s" leaves the old version or the new one, whole, and the next start goes on', async (step) => {
  const [one, two] = [await packed('1'), await packed('2')]
  const before = await open([one, two])
  await before.set(one)
  await before.store.stop()
  const fixture = join(import.meta.dirname, 'switching.fixture.ts')
  const died = spawnSync(process.execPath, [fixture, join(folder, 'store'), two.path, two.sha256, '2', step])
  expect(died.signal, died.stderr.toString()).toBe('SIGKILL')
  const { store, set } = await open([one, two])
  const whole = step === 'switched' ? '2' : '1'
  expect(store.current('shop')?.version).toBe(whole)
  expect(await says(store)).toContain(`version ${whole}`)
  expect(await set(two)).toMatchObject({ outcome: 'INSTALLED', version: '2' })
  expect(await says(store)).toContain('version 2')
})

test('a disk that is full amid a file is an error, however little of it was written', async () => {
  const bytes = await appPackage({ 'big.txt': 'x'.repeat(4_000) })
  const [path, into] = [join(folder, 'big.zip'), join(folder, 'into')]
  await writeFile(path, bytes)
  await mkdir(into)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const unpacking = `import { open } from 'node:fs/promises'
    import { unpack } from ${JSON.stringify(join(import.meta.dirname, 'unpack.ts'))}
    await unpack(await open(${JSON.stringify(path)}), ${JSON.stringify(sha256)}, ${JSON.stringify(into)})`
  // The limit of the size of a file: the system writes what fits, without an error, and refuses the rest.
  const limited = `trap '' XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"`
  const { status, stderr } = spawnSync('sh', ['-c', limited, process.execPath, unpacking], { encoding: 'utf8' })
  expect(stderr).toContain('EFBIG')
  expect(status).not.toBe(0)
})
