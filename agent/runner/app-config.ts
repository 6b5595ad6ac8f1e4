import { type BigIntStats, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type AppManifest, emptyManifest, parseManifest } from './app-manifest.ts'
import { shortageOf } from './shortage.ts'

/** Reads the manifests of apps. */
export interface AppConfigs {
  /**
   * Returns the manifest as it is now: checks the files each time and reads them again if one has changed. An unreadable
   * appcfg.json counts as empty. Throws if a file can't be read because the host is short of a resource.
   */
  of(app: string): AppManifest
  /** Forgets the apps that are not among these. */
  keep(apps: readonly string[]): void
}

const manifestBytes = 256 * 1024
/**
 * A file may change twice within one tick of the file system's clock and look unchanged, so a manifest is cached only
 * when its files are older than this.
 */
const settledMs = 2_000

/** `folderOf` returns where an app is now. */
export function appConfigs(folderOf: (app: string) => string): AppConfigs {
  const known = new Map<string, { readonly mark: string; readonly manifest: AppManifest }>()

  function of(app: string): AppManifest {
    const files = [found(join(folderOf(app), 'elves.json')), found(join(folderOf(app), 'appcfg.json'))] as const
    const stats = files.flatMap(({ stat }) => stat ?? [])
    if (stats.length === 0) return emptyManifest
    const mark = files.map(({ stat }) => markOf(stat)).join()
    const before = known.get(app)
    if (before?.mark === mark) return before.manifest
    const manifest = parseManifest(textOf(files[0], ''), textOf(files[1], null))
    if (stats.every(({ ctimeMs }) => Date.now() - Number(ctimeMs) > settledMs)) known.set(app, { mark, manifest })
    return manifest
  }

  function keep(apps: readonly string[]): void {
    const kept = new Set(apps)
    for (const app of known.keys()) if (!kept.has(app)) known.delete(app)
  }

  return { of, keep }
}

interface ManifestFile {
  readonly path: string
  /** Null if there is no such file. */
  readonly stat: BigIntStats | null
}

function found(path: string): ManifestFile {
  return { path, stat: unlessShort(() => statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null) }
}

function markOf(stat: BigIntStats | null): string {
  return stat === null ? '' : [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join()
}

/** Returns the text of the file, null if it is not there, or `unreadable` if it is there and can't be read as a text of that size. */
function textOf({ path, stat }: ManifestFile, unreadable: string | null): string | null {
  if (stat === null) return null
  if (!stat.isFile() || stat.size > manifestBytes) return unreadable
  return unlessShort(() => readFileSync(path, 'utf8')) ?? unreadable
}

/** Returns null for an error that is no shortage on the host: the file can't be used, then. */
function unlessShort<Read>(read: () => Read): Read | null {
  try {
    return read()
  } catch (error) {
    if (shortageOf(error) !== null) throw error
    return null
  }
}
