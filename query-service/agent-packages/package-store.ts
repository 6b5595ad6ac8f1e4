import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileSha256 } from '@elves/core/foundation/file-hash.ts'

/** An archive of the agent that the center hands out. */
export interface AgentPackage {
  /** Name of the file. */
  readonly name: string
  readonly path: string
  readonly bytes: number
  /** Hex digits. */
  readonly sha256: string
}

const archive = /^elves-agent[-_][\w.-]+\.(tar\.gz|deb)$/

/** The archives in a folder, as they are when asked. An archive is read for its SHA-256 once, and again when it has changed. */
export class PackageStore {
  readonly #folder: string
  readonly #known = new Map<string, { readonly mark: string; readonly sha256: Promise<string> }>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Returns all archives, by name; none if there is no such folder. */
  async all(): Promise<readonly AgentPackage[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const found = await Promise.all(names.toSorted().map((name) => this.named(name)))
    return found.filter((one) => one !== null)
  }

  /** Returns null if the name is not that of an archive in the folder. */
  async named(name: string): Promise<AgentPackage | null> {
    if (!archive.test(name)) return null
    const path = join(this.#folder, name)
    const found = await stat(path).catch(() => null)
    if (found === null || !found.isFile()) return null
    const mark = `${found.ino} ${found.size} ${found.mtimeMs}`
    const before = this.#known.get(name)
    const sha256 = before?.mark === mark ? before.sha256 : fileSha256(path)
    this.#known.set(name, { mark, sha256 })
    // What could not be read now may be read the next time.
    sha256.catch(() => {
      if (this.#known.get(name)?.sha256 === sha256) this.#known.delete(name)
    })
    return { name, path, bytes: found.size, sha256: await sha256 }
  }
}
