import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type S3Server, s3Server } from '@elves/tests/support/s3-server.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ElvesError } from '../foundation/errors.ts'
import { readSettings } from '../foundation/read-settings.ts'
import type { AppPackages } from './app-packages.ts'
import { appPackagesAt, appPackagesPlace } from './app-packages-place.ts'
import { PackageBucket } from './package-bucket.ts'

let folder: string
let server: S3Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-packages-'))
  server = await s3Server()
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

const most = 10_000_000
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const bucketSettings = () => ({
  ELVES_S3_BUCKET: server.bucket,
  ELVES_S3_ENDPOINT: server.endpoint,
  ELVES_S3_ACCESS_KEY_ID: server.keys.id,
  ELVES_S3_SECRET_ACCESS_KEY: server.keys.secret,
})
const at = (settings: Readonly<Record<string, string>>) =>
  appPackagesAt(appPackagesPlace(readSettings({ ELVES_APP_PACKAGES_DIR: folder, ...settings })))

async function isThere(packages: AppPackages, sha256: string): Promise<boolean> {
  const kept = await packages.open(sha256)
  await kept?.close()
  return kept !== null
}

async function put(packages: AppPackages, bytes: Buffer): Promise<string> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) => bytes.subarray(index * 65_536, (index + 1) * 65_536))
  return packages.receive(Readable.from(chunks), most, async (incoming) => {
    expect(incoming).toMatchObject({ bytes: bytes.length, sha256: sha256Of(bytes) })
    return incoming.sha256
  })
}

describe.each([
  ['a folder', () => at({})],
  ['a bucket', () => at(bucketSettings())],
])('packages in %s', (_where, open) => {
  test('are kept as they came, and given back whole and from any byte on', async () => {
    const packages = open()
    const bytes = randomBytes(3_000_000)
    const sha256 = await put(packages, bytes)
    for (const start of [0, 1, 2_999_999]) {
      const kept = await packages.open(sha256)
      expect(kept?.bytes).toBe(bytes.length)
      expect((await buffer((await kept?.read(start)) as Readable)).equals(bytes.subarray(start))).toBe(true)
    }
    await (await packages.open(sha256))?.close()
    expect(await put(packages, bytes)).toBe(sha256)
    // Another process finds it, too.
    expect(await isThere(open(), sha256)).toBe(true)
  })

  test('are not kept where the check refuses them, or more bytes come than may; nothing of them stays', async () => {
    const packages = open()
    const bytes = randomBytes(1_000)
    const refused = packages.receive(Readable.from([bytes]), most, () => Promise.reject(new ElvesError('PACKAGE_INVALID', 'no zip')))
    await expect(refused).rejects.toMatchObject({ code: 'PACKAGE_INVALID' })
    const large = packages.receive(Readable.from([bytes, bytes]), 1_500, async () => 'not checked')
    await expect(large).rejects.toMatchObject({ code: 'PACKAGE_TOO_LARGE' })
    expect(await isThere(packages, sha256Of(bytes))).toBe(false)
    expect((await readdir(folder)).filter((name) => name.startsWith('.incoming-'))).toEqual([])
  })

  test('that nobody needs are forgotten, but not those of the last day', async () => {
    const packages = open()
    const sha256 = await put(packages, randomBytes(100))
    expect(await packages.forget((one) => one !== sha256)).toBe(0)
    expect(await isThere(packages, sha256)).toBe(true)
  })
})

test('a package of a folder that nobody needs is forgotten after a day', async () => {
  const packages = at({})
  const sha256 = await put(packages, randomBytes(100))
  const longAgo = new Date(Date.now() - 2 * 86_400_000)
  await utimes(join(folder, `${sha256}.zip`), longAgo, longAgo)
  expect(await packages.forget((one) => one !== sha256)).toBe(1)
  expect(await isThere(packages, sha256)).toBe(false)
})

test('a package of a bucket that nobody needs is forgotten after a day, and what is not a package is not touched', async () => {
  const place = appPackagesPlace(readSettings({ ELVES_APP_PACKAGES_DIR: folder, ...bucketSettings() }))
  if (place.kind !== 'bucket') throw new Error('no bucket')
  const later = new PackageBucket(place, () => Date.now() + 2 * 86_400_000)
  const [needed, other] = [await put(later, randomBytes(100)), await put(later, randomBytes(100))]
  expect(await later.forget((one) => one === needed)).toBeGreaterThan(0)
  expect(await isThere(later, other)).toBe(false)
  expect(await isThere(later, needed)).toBe(true)
})

test('a bucket that is not there is said to be, as a fault of the store that may pass', async () => {
  const packages = at({ ...bucketSettings(), ELVES_S3_BUCKET: 'nowhere' })
  await expect(put(packages, randomBytes(100))).rejects.toMatchObject({
    code: 'PACKAGE_STORE_UNAVAILABLE',
    canRetry: true,
    message: expect.stringMatching(/NoSuchBucket/),
  })
})

test('the store is asked with the keys of the settings, and what it says of others is told', async () => {
  const strict = await s3Server({ checksSignatures: true })
  try {
    const settings = { ...bucketSettings(), ELVES_S3_ENDPOINT: strict.endpoint }
    expect(await put(at(settings), Buffer.from('x'))).toBe(sha256Of(Buffer.from('x')))
    const other = at({ ...settings, ELVES_S3_SECRET_ACCESS_KEY: 'wrong' })
    await expect(put(other, Buffer.from('y'))).rejects.toMatchObject({ message: expect.stringMatching(/SignatureDoesNotMatch/) })
  } finally {
    await strict.stop()
  }
})

test('a store that is away is said to be, by its address', async () => {
  const nobody = createServer()
  await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve))
  const { port } = nobody.address() as { port: number }
  await new Promise((resolve) => nobody.close(resolve))
  const packages = at({ ...bucketSettings(), ELVES_S3_ENDPOINT: `http://127.0.0.1:${port}` })
  await expect(packages.open('a'.repeat(64))).rejects.toMatchObject({
    code: 'PACKAGE_STORE_UNAVAILABLE',
    message: expect.stringContaining(`:${port}`),
  })
})

test('keys come by the environment or a file, and go together', () => {
  const given = { ...bucketSettings(), ELVES_S3_SECRET_ACCESS_KEY: '' }
  expect(() => at(given)).toThrow(/ELVES_S3_ACCESS_KEY_ID/)
  expect(() => at({ ...given, ELVES_S3_SECRET_ACCESS_KEY_FILE: join(folder, 'none') })).toThrow(/ELVES_S3_SECRET_ACCESS_KEY_FILE/)
  expect(() => at({ ...given, ELVES_S3_ENDPOINT: 'not an address' })).toThrow(/ELVES_S3_ENDPOINT/)
})
