import { readdirSync, readlinkSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, symlink, unlink, utimes } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeFolder, syncFolder } from '@elves/core/foundation/folders.ts'

/** A version of an app on this host. */
export interface StoredVersion {
  readonly version: string
  readonly sha256: string
  /** Its folder, an absolute path that stays the same while it is used. */
  readonly folder: string
}

const versionFolder = /^([A-Za-z0-9][A-Za-z0-9._+-]{0,63})~([0-9a-f]{64})$/
/** Names that are not whole yet begin with this; no app's name does. */
const unfinished = '.new-'
/** What was downloaded of a package and then not wanted any more is kept for so long: it may be wanted again. */
const partKeptMs = 7 * 86_400_000

/**
 * The folders of the apps that the center sends:
 * `packages/<sha256>.part` what was downloaded so far, `versions/<app>/<version>~<sha256>/` unpacked, and `current/<app>`, a link to one
 * of these. The link is the only truth about which version counts: it is there or not, and is replaced by one rename.
 */
export class StoreFolders {
  readonly #versions: string
  readonly #current: string
  readonly #packages: string

  constructor(folder: string) {
    this.#versions = join(folder, 'versions')
    this.#current = join(folder, 'current')
    this.#packages = join(folder, 'packages')
    for (const path of [this.#versions, this.#current, this.#packages]) makeFolder(path, 0o700)
  }

  /** Removes what a process that died has left unfinished, and packages that nobody went on with. */
  async tidy(): Promise<void> {
    for (const name of await readdir(this.#packages)) {
      const path = join(this.#packages, name)
      if (name.endsWith('.part') && (await stat(path)).mtimeMs < Date.now() - partKeptMs) await unlink(path)
    }
    for (const name of await readdir(this.#current)) if (name.startsWith(unfinished)) await unlink(join(this.#current, name))
    for (const app of await readdir(this.#versions)) {
      const folder = join(this.#versions, app)
      for (const name of await readdir(folder)) if (name.startsWith(unfinished)) await rm(join(folder, name), { recursive: true, force: true })
    }
  }

  packagePath(sha256: string): string {
    return join(this.#packages, `${sha256}.part`)
  }

  /** Returns the version that counts; null: the app is not here. */
  current(app: string): StoredVersion | null {
    try {
      return this.#stored(app, basename(readlinkSync(join(this.#current, app))))
    } catch {
      return null
    }
  }

  /** Returns the names of the apps that have a version that counts. */
  apps(): readonly string[] {
    return readdirSync(this.#current).filter((name) => !name.startsWith(unfinished))
  }

  /** Returns the versions of an app that are unpacked, whether they count or not. */
  async versions(app: string): Promise<readonly StoredVersion[]> {
    const names = await readdir(join(this.#versions, app)).catch(() => [])
    return names.flatMap((name) => this.#stored(app, name) ?? [])
  }

  /** Returns a new folder to unpack into. */
  async unfinished(app: string, sha256: string): Promise<string> {
    const folder = join(this.#versions, app, `${unfinished}${sha256}`)
    await rm(folder, { recursive: true, force: true })
    makeFolder(join(this.#versions, app), 0o700)
    await mkdir(folder, { mode: 0o755 })
    return folder
  }

  /** Gives a folder that was unpacked, all of it on the disk, its name. */
  async finish(app: string, folder: string, version: string, sha256: string): Promise<StoredVersion> {
    const finished = join(this.#versions, app, `${version}~${sha256}`)
    // One of a version that does not count any more may be there from an earlier time.
    await rm(finished, { recursive: true, force: true })
    await rename(folder, finished)
    await syncFolder(join(this.#versions, app))
    return { version, sha256, folder: finished }
  }

  /** Makes the version count: before the rename the earlier one does, after it this one. */
  async point(app: string, { folder }: StoredVersion, onLinked: () => void): Promise<void> {
    const link = join(this.#current, `${unfinished}${app}`)
    await unlink(link).catch(() => undefined)
    await symlink(join('..', 'versions', app, basename(folder)), link, 'dir')
    const now = new Date()
    await utimes(folder, now, now)
    onLinked()
    await rename(link, join(this.#current, app))
    await syncFolder(this.#current)
  }

  /** Makes no version count. */
  async unpoint(app: string): Promise<void> {
    await unlink(join(this.#current, app)).catch(() => undefined)
    await syncFolder(this.#current)
  }

  /** Returns when the version last began to count, ms since the epoch. */
  async usedAt({ folder }: StoredVersion): Promise<number> {
    return (await stat(folder)).mtimeMs
  }

  async forget({ folder }: StoredVersion): Promise<void> {
    await rm(folder, { recursive: true, force: true })
  }

  async forgetPackage(sha256: string): Promise<void> {
    await unlink(this.packagePath(sha256)).catch(() => undefined)
  }

  #stored(app: string, name: string): StoredVersion | null {
    const [, version, sha256] = versionFolder.exec(name) ?? []
    return version === undefined || sha256 === undefined ? null : { version, sha256, folder: join(this.#versions, app, name) }
  }
}
