import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '../foundation/errors.ts'
import { makeFolder } from '../foundation/folders.ts'
import { type IncomingPackage, leftoverMs } from './app-packages.ts'

/** Names of files that are coming in begin with this. */
const prefix = '.incoming-'

/** Packages on their way in: each in a file of its own in a folder of this machine, until it is checked and kept somewhere. */
export class IncomingPackages {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Writes a stream to a file, checks it, and hands its path to `keep`, which may move it. What is left of the file is removed. */
  async take<Result>(
    stream: AsyncIterable<Buffer>,
    mostBytes: number,
    check: (incoming: IncomingPackage) => Promise<Result>,
    keep: (path: string, incoming: IncomingPackage) => Promise<void>,
  ): Promise<Result> {
    makeFolder(this.#folder, 0o700)
    const path = join(this.#folder, `${prefix}${randomUUID()}`)
    const file = await open(path, 'wx+', 0o600)
    try {
      const incoming = { file, ...(await written(stream, file, mostBytes)) }
      const checked = await check(incoming)
      await keep(path, incoming)
      return checked
    } finally {
      await file.close()
      await unlink(path).catch(() => undefined)
    }
  }

  async tidy(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (!name.startsWith(prefix)) continue
      const path = join(this.#folder, name)
      const changedAt = (await stat(path).catch(() => null))?.mtimeMs
      if (changedAt !== undefined && changedAt < Date.now() - leftoverMs) await unlink(path).catch(() => undefined)
    }
  }
}

async function written(stream: AsyncIterable<Buffer>, file: FileHandle, mostBytes: number): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new ElvesError('PACKAGE_TOO_LARGE', `the package has more than the ${mostBytes} bytes that are allowed`)
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return { bytes, sha256: hash.digest('hex') }
}
