import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cutText } from '@elves/core/foundation/text.ts'
import { shortageOf } from './shortage.ts'

/** What an app's appcfg.json says to the agent. */
export interface AppConfig {
  /** Empty where it tells none. */
  readonly version: string
  /** Name of the encoding that its workers print in; null where it tells none. */
  readonly encoding: string | null
}

/** Reads appcfg.json of the apps below a folder. */
export interface AppConfigs {
  /**
   * As it is now: the file is looked at each time, and read again where it has changed. One that is unreadable says
   * nothing; throws where it can't be read for want of something.
   */
  of(app: string): AppConfig
  /** Forgets the apps that are not among these. */
  keep(apps: readonly string[]): void
}

const configBytes = 256 * 1024
const versionLength = 64
/** A file may change again within one tick of its file system's clock, and look the same. */
const settledMs = 2_000
const noConfig: AppConfig = { version: '', encoding: null }

export function appConfigs(appsDir: string): AppConfigs {
  const known = new Map<string, { readonly mark: string; readonly config: AppConfig }>()

  function of(app: string): AppConfig {
    try {
      return read(app)
    } catch (error) {
      if (shortageOf(error) !== null) throw error
      return noConfig
    }
  }

  function read(app: string): AppConfig {
    const file = join(appsDir, app, 'appcfg.json')
    const found = statSync(file, { bigint: true, throwIfNoEntry: false })
    if (!found?.isFile() || found.size > configBytes) return noConfig
    const mark = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join()
    const before = known.get(app)
    if (before?.mark === mark) return before.config
    const config = parseConfig(readFileSync(file, 'utf8'))
    if (Date.now() - Number(found.ctimeMs) > settledMs) known.set(app, { mark, config })
    return config
  }

  function keep(apps: readonly string[]): void {
    const kept = new Set(apps)
    for (const app of known.keys()) if (!kept.has(app)) known.delete(app)
  }

  return { of, keep }
}

/** Keys in any case, as in the rest of that file. */
function parseConfig(text: string): AppConfig {
  const entries = entriesOf(text)
  const valueAt = (name: string): unknown => entries.find(([key]) => key.toLowerCase() === name)?.[1]
  const [version, encoding] = [valueAt('version'), valueAt('encoding')]
  return {
    version: typeof version === 'string' || typeof version === 'number' ? cutText(String(version), versionLength).toWellFormed() : '',
    encoding: typeof encoding === 'string' && encoding !== '' ? encoding : null,
  }
}

function entriesOf(text: string): [string, unknown][] {
  try {
    const config: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return typeof config === 'object' && config !== null ? Object.entries(config) : []
  } catch {
    return []
  }
}
