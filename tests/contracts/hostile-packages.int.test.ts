import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpack } from '@elves/agent/app-store/unpack.ts'
import { checkPackage } from '@elves/core/app-package/check-package.ts'
import { packageLimits, walkPackage } from '@elves/core/app-package/walk-package.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RawEntry, rawZip } from '../support/raw-zip.ts'

/** Packages that mean harm. Each is refused by the center, and by the agent by itself, with the same code; nothing gets out of its folder. */

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-packages-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = (name: string | Buffer, changes: Partial<RawEntry> = {}): RawEntry => ({ name, ...changes })
const noise = randomBytes(100_000)
const zeros = (mebibytes: number) => Buffer.alloc(mebibytes * 1024 * 1024)

const paths: readonly (readonly [string, string | Buffer])[] = [
  ['the parent', '../evil'],
  ['a parent amid', 'a/../../evil'],
  ['a parent at the end', 'a/..'],
  ['a dot', './evil'],
  ['an absolute path', '/evil'],
  ['two slashes', 'a//evil'],
  ['a leading double slash', '//host/evil'],
  ['a backslash', '..\\evil'],
  ['a drive', 'C:/evil'],
  ['a drive without a slash', 'C:evil'],
  ['a stream of Windows', 'evil.txt:hidden'],
  ['a NUL', 'evil\0.txt'],
  ['a newline', 'evil\n.txt'],
  ['a carriage return', 'evil\r.txt'],
  ['an escape', 'evil\u001b[31m'],
  ['a line separator', 'evil\u2028.txt'],
  ['a mark that turns the reading direction', 'evil\u202egpj.py'],
  ['another such mark', 'evil\u2066.py'],
  ['a mark of no width', 'evil\u200b.py'],
  ['a byte order mark', '\ufeffevil.py'],
  ['a dot at the end', 'evil.'],
  ['a space at the end', 'evil /x'],
  ['bytes that are no UTF-8', Buffer.from([0x65, 0xff, 0xfe])],
  ['an overlong slash', Buffer.from([0x2e, 0x2e, 0xc0, 0xaf, 0x78])],
  ['no name', ''],
  ['a slash only', '/'],
  ['a very long part', 'x'.repeat(256)],
  ['a very deep path', `${'x/'.repeat(40)}x`],
]

const hostile: readonly (readonly [what: string, code: string, bytes: Buffer])[] = [
  ...paths.map(([what, name]) => [`a name with ${what}`, 'PACKAGE_PATH_INVALID', rawZip([file('a.txt'), file(name)])] as const),
  ['a symbolic link', 'PACKAGE_LINK', rawZip([file('link', { mode: 0o120777, content: Buffer.from('/etc/passwd') })])],
  [
    'a link to a folder, and a file through it',
    'PACKAGE_LINK',
    rawZip([file('a', { mode: 0o120777, content: Buffer.from('/tmp') }), file('a/evil')]),
  ],
  ['a character device', 'PACKAGE_LINK', rawZip([file('null', { mode: 0o020666 })])],
  ['a block device', 'PACKAGE_LINK', rawZip([file('disk', { mode: 0o060666 })])],
  ['a pipe', 'PACKAGE_LINK', rawZip([file('pipe', { mode: 0o010666 })])],
  ['a socket', 'PACKAGE_LINK', rawZip([file('socket', { mode: 0o140666 })])],
  ['a name twice', 'PACKAGE_NAME_TAKEN', rawZip([file('a.py'), file('a.py')])],
  ['names that differ by case', 'PACKAGE_NAME_TAKEN', rawZip([file('App.py'), file('app.py')])],
  ['folders that differ by case', 'PACKAGE_NAME_TAKEN', rawZip([file('Lib/a'), file('lib/b')])],
  ['names that differ by their form', 'PACKAGE_NAME_TAKEN', rawZip([file('caf\u00e9'), file('cafe\u0301')])],
  ['names that are one where ß is SS', 'PACKAGE_NAME_TAKEN', rawZip([file('stra\u00dfe'), file('strasse')])],
  ['a file that is a folder too', 'PACKAGE_NAME_TAKEN', rawZip([file('a'), file('a/b')])],
  ['a folder that is a file too', 'PACKAGE_NAME_TAKEN', rawZip([file('a/b'), file('a')])],
  ['a folder by its kind only', 'PACKAGE_INVALID', rawZip([file('a', { mode: 0o040755 })])],
  ['a folder with bytes', 'PACKAGE_INVALID', rawZip([file('a/', { mode: 0o040755 }), file('b')])],
  ['a bomb by ratio', 'PACKAGE_BOMB', rawZip([file('zeros', { content: zeros(4), isDeflated: true })])],
  [
    'a bomb of many small files',
    'PACKAGE_BOMB',
    rawZip(Array.from({ length: 8 }, (_, index) => file(`zeros${index}`, { content: zeros(1), isDeflated: true }))),
  ],
  [
    'a bomb of many names for the same bytes',
    'PACKAGE_BOMB',
    rawZip(Array.from({ length: 500 }, (_, index) => file(`${index}`, { content: noise, ...(index > 0 && { bytesOf: 0 }) }))),
  ],
  ['a file that is more than it says', 'PACKAGE_BOMB', rawZip([file('liar', { content: zeros(1), isDeflated: true, claimedBytes: 10 })])],
  [
    'a file that is less than it says',
    'PACKAGE_INVALID',
    rawZip([file('liar', { content: Buffer.from('abc'), isDeflated: true, claimedBytes: 10 })]),
  ],
  ['a wrong checksum', 'PACKAGE_INVALID', rawZip([file('a', { claimedCrc: 1 })])],
  ['an encrypted file', 'PACKAGE_INVALID', rawZip([file('a', { flags: 0x801 })])],
  ['a method that nobody knows', 'PACKAGE_INVALID', rawZip([file('a', { method: 99 })])],
  ['no files', 'PACKAGE_INVALID', rawZip([])],
  ['no zip', 'PACKAGE_INVALID', Buffer.from('#!/bin/sh\necho hello\n')],
  ['half a zip', 'PACKAGE_INVALID', rawZip([file('a'), file('b')]).subarray(0, 60)],
  ['more files than may be', 'PACKAGE_TOO_LARGE', rawZip(Array.from({ length: packageLimits.files + 1 }, (_, index) => file(String(index))))],
]

let count = 0
async function opened(bytes: Buffer): Promise<{ readonly handle: FileHandle; readonly sha256: string; readonly path: string }> {
  count += 1
  const path = join(folder, `${count}.zip`)
  await writeFile(path, bytes)
  return { handle: await open(path, 'r'), sha256: createHash('sha256').update(bytes).digest('hex'), path }
}

async function center(bytes: Buffer): Promise<void> {
  const { handle, sha256 } = await opened(bytes)
  await checkPackage(handle, sha256, packageLimits).finally(() => handle.close())
}

async function agent(bytes: Buffer): Promise<string> {
  const { handle, sha256, path } = await opened(bytes)
  const into = `${path}.d/app`
  await mkdir(into, { recursive: true })
  await unpack(handle, sha256, into).finally(() => handle.close())
  return into
}

describe.each([
  ['the center', center],
  ['the agent', agent],
])('%s refuses', (_who, take) => {
  test.each(hostile)('%s: %s', async (_what, code, bytes) => {
    await expect(take(bytes)).rejects.toMatchObject({ code })
    // Beside the folder of the app there is nothing, wherever a name pointed.
    const place = join(folder, `${count}.zip.d`)
    if (existsSync(place)) expect(await readdir(place)).toEqual(['app'])
    for (const name of ['/evil', '/tmp/evil', join(folder, 'evil')]) expect(existsSync(name)).toBe(false)
  })
})

test('what an honest package has comes out as it went in, with no more rights than to read and run', async () => {
  const entries = [
    file('bin/run', { mode: 0o106777, content: Buffer.from('#!/bin/sh') }),
    file('lib/', { mode: 0o040777, content: Buffer.alloc(0) }),
    file('数据.txt'),
  ]
  await center(rawZip(entries))
  const into = await agent(rawZip(entries))
  expect(await readFile(join(into, 'bin/run'), 'utf8')).toBe('#!/bin/sh')
  expect((await stat(join(into, 'bin/run'))).mode & 0o7022).toBe(0)
  expect((await stat(join(into, 'bin/run'))).mode & 0o100).toBe(0o100)
  expect((await stat(join(into, '数据.txt'))).mode & 0o7133).toBe(0)
  expect((await stat(join(into, 'lib'))).isDirectory()).toBe(true)
})

test('bytes that change between the check and the use are refused', async () => {
  const honest = rawZip([file('a', { content: Buffer.from('good') }), file('b', { content: Buffer.from('good') })])
  const { handle, sha256, path } = await opened(honest)
  const into = `${path}.d`
  await mkdir(into)
  try {
    await checkPackage(handle, sha256, packageLimits)
    await writeFile(path, rawZip([file('a', { content: Buffer.from('evil') }), file('b', { content: Buffer.from('evil') })]))
    await expect(unpack(handle, sha256, into)).rejects.toMatchObject({ code: 'PACKAGE_CHANGED' })
  } finally {
    await handle.close()
  }
})

test('bytes that change while they are unpacked are refused in the end', async () => {
  const honest = rawZip([file('a', { content: Buffer.from('good') }), file('b', { content: Buffer.from('good') })])
  const { handle, sha256, path } = await opened(honest)
  const changing = walkPackage(handle, sha256, packageLimits, async ({ parts }) => {
    if (parts[0] === 'a') await writeFile(path, rawZip([file('a', { content: Buffer.from('good') }), file('b', { content: Buffer.from('evil') })]))
  })
  await expect(changing).rejects.toMatchObject({ code: 'PACKAGE_CHANGED' })
  await handle.close()
})

test('a package, or files, of more bytes than the settings allow are refused', async () => {
  const { handle, sha256 } = await opened(rawZip([file('a', { content: Buffer.alloc(1_000) })]))
  await expect(checkPackage(handle, sha256, { ...packageLimits, bytes: 500 })).rejects.toMatchObject({ code: 'PACKAGE_TOO_LARGE' })
  await expect(checkPackage(handle, sha256, { ...packageLimits, unpackedBytes: 500 })).rejects.toMatchObject({ code: 'PACKAGE_TOO_LARGE' })
  await handle.close()
})
