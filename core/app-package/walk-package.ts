import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl'
import { ElvesError } from '../foundation/errors.ts'
import { EntryNames } from './entry-names.ts'

/** Limits of a package; the center's settings say how large one may be. */
export interface PackageLimits {
  /** Of the package itself. */
  readonly bytes: number
  /** Of its files together. */
  readonly unpackedBytes: number
}

/** Default limits, and what is not set. */
export const packageLimits = { bytes: 256 * 1024 * 1024, unpackedBytes: 1024 * 1024 * 1024, files: 20_000, ratio: 200 } as const

/** A file that is smaller may be packed as small as it can be. */
const bombBytes = 1024 * 1024

/** A folder or a file of a package, whose name was checked. */
export interface PackageEntry {
  /** Parts of its path below the app's folder. */
  readonly parts: readonly string[]
  readonly isFolder: boolean
  readonly isExecutable: boolean
  /** Of a file, unpacked. */
  readonly bytes: number
}

export interface WalkedPackage {
  readonly files: number
  readonly unpackedBytes: number
}

/**
 * Reads a whole package, checks all of it, and gives each entry with its bytes to `visit`, in the order of the package. The center and
 * the agent both read packages with this, each by itself. Throws a PACKAGE_… code, or what `visit` throws; what was visited before is not
 * to be used then.
 *
 * The bytes must have this SHA-256 before and after: somebody may write to the file meanwhile.
 */
export async function walkPackage(
  file: FileHandle,
  sha256: string,
  limits: PackageLimits,
  visit: (entry: PackageEntry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<WalkedPackage> {
  const { size } = await file.stat()
  if (size > limits.bytes) throw new ElvesError('PACKAGE_TOO_LARGE', `the package has ${size} bytes, at most ${limits.bytes} are allowed`)
  await checkBytes(file, sha256)
  const walked = await walkEntries(await opened(file), size, limits, visit)
  await checkBytes(file, sha256)
  return walked
}

/** Returns the SHA-256 of an open file, hex. */
export async function sha256Of(file: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function checkBytes(file: FileHandle, sha256: string): Promise<void> {
  const found = await sha256Of(file)
  if (found !== sha256) throw new ElvesError('PACKAGE_CHANGED', `the package has SHA-256 ${found}, not ${sha256}`)
}

async function opened({ fd }: FileHandle): Promise<ZipFile> {
  try {
    // Names come as bytes: this checks them by itself, and another's idea of their encoding would be a second reading.
    return await fromFdPromise(fd, { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true })
  } catch (error) {
    throw invalid(error)
  }
}

async function walkEntries(
  zip: ZipFile,
  size: number,
  limits: PackageLimits,
  visit: (entry: PackageEntry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<WalkedPackage> {
  const names = new EntryNames()
  let [files, unpackedBytes] = [0, 0]
  if (zip.entryCount > packageLimits.files) throw new ElvesError('PACKAGE_TOO_LARGE', `more than ${packageLimits.files} entries`)
  for await (const entry of entriesOf(zip)) {
    const checked = checkedEntry(entry, names)
    unpackedBytes += checked.bytes
    if (unpackedBytes > limits.unpackedBytes) {
      throw new ElvesError('PACKAGE_TOO_LARGE', `the files have more than the ${limits.unpackedBytes} bytes that are allowed`)
    }
    if (unpackedBytes > bombBytes && unpackedBytes > size * packageLimits.ratio) throw bomb('the package')
    if (!checked.isFolder) files += 1
    await visit(checked, checked.isFolder ? Readable.from([]) : contentOf(zip, entry, checked))
  }
  if (files === 0) throw new ElvesError('PACKAGE_INVALID', 'there is no file in the package')
  return { files, unpackedBytes }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = zip.eachEntry()
  for (;;) {
    const next = await entries.next().catch((error: unknown) => {
      throw invalid(error)
    })
    if (next.done) return
    yield next.value
  }
}

function checkedEntry(entry: Entry, names: EntryNames): PackageEntry {
  const { parts, isFolder } = names.take(Buffer.from(entry.fileNameRaw))
  const name = JSON.stringify(parts.join('/'))
  const mode = entry.externalFileAttributes >>> 16
  const kind = mode & 0o170000
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) throw new ElvesError('PACKAGE_LINK', `${name} is neither a file nor a folder`)
  if (kind !== 0 && (kind === 0o040000) !== isFolder) throw new ElvesError('PACKAGE_INVALID', `${name} is a folder by its kind or by its name only`)
  if (isFolder && entry.uncompressedSize > 0) throw new ElvesError('PACKAGE_INVALID', `${name} is a folder with bytes`)
  if (entry.isEncrypted()) throw new ElvesError('PACKAGE_INVALID', `${name} is encrypted`)
  if (!entry.canDecodeFileData()) throw new ElvesError('PACKAGE_INVALID', `${name} is packed by a method that is not known`)
  if (entry.uncompressedSize > bombBytes && entry.uncompressedSize > entry.compressedSize * packageLimits.ratio) throw bomb(name)
  return { parts, isFolder, isExecutable: (mode & 0o111) !== 0, bytes: entry.uncompressedSize }
}

/** The bytes of a file: as many as it says, with the checksum that it says. */
async function* contentOf(zip: ZipFile, entry: Entry, { parts, bytes }: PackageEntry): AsyncGenerator<Buffer> {
  const name = JSON.stringify(parts.join('/'))
  let [count, checksum] = [0, 0]
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      count += (chunk as Buffer).length
      if (count > bytes) throw bomb(name)
      checksum = crc32(chunk as Buffer, checksum)
      yield chunk as Buffer
    }
  } catch (error) {
    throw error instanceof ElvesError ? error : /too many bytes/.test(String(error)) ? bomb(name) : invalid(error)
  }
  if (count !== bytes || checksum !== entry.crc32) throw new ElvesError('PACKAGE_INVALID', `${name} is not what its checksum says`)
}

function bomb(name: string): ElvesError {
  return new ElvesError('PACKAGE_BOMB', `${name} unpacks to more than ${packageLimits.ratio} times its size, or to more than it says`)
}

function invalid(error: unknown): ElvesError {
  return new ElvesError('PACKAGE_INVALID', `the package can not be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}
