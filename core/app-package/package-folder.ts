import { open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../foundation/folders.ts'
import { type AppPackages, type IncomingPackage, type KeptPackage, leftoverMs, packageName, sha256OfName } from './app-packages.ts'
import { IncomingPackages } from './incoming-packages.ts'

/** The packages of apps in a folder, which several processes may share. */
export class PackageFolder implements AppPackages {
  readonly #folder: string
  readonly #incoming: IncomingPackages

  constructor(folder: string) {
    this.#folder = folder
    this.#incoming = new IncomingPackages(folder)
  }

  receive<Result>(stream: AsyncIterable<Buffer>, mostBytes: number, check: (incoming: IncomingPackage) => Promise<Result>): Promise<Result> {
    return this.#incoming.take(stream, mostBytes, check, async (path, { sha256 }) => {
      await rename(path, this.#pathOf(sha256))
      await syncFolder(this.#folder)
    })
  }

  tidy(): Promise<void> {
    return this.#incoming.tidy()
  }

  async forget(isNeeded: (sha256: string) => boolean): Promise<number> {
    let removed = 0
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const sha256 = sha256OfName(name)
      if (sha256 === null || isNeeded(sha256)) continue
      const path = join(this.#folder, name)
      // Looked at last: the same package may have come in again meanwhile.
      const cameAt = (await stat(path).catch(() => null))?.mtimeMs
      if (cameAt === undefined || cameAt > Date.now() - leftoverMs) continue
      await unlink(path)
      removed += 1
    }
    return removed
  }

  async open(sha256: string): Promise<KeptPackage | null> {
    try {
      const file = await open(this.#pathOf(sha256), 'r')
      const { size: bytes } = await file.stat()
      // The stream closes the file when it ends or is broken off.
      return { bytes, read: async (start) => file.createReadStream({ start }), close: () => file.close() }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, packageName(sha256))
  }
}
