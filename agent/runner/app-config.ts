import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cutText } from '@elves/core/foundation/text.ts'
import { shortageOf } from './shortage.ts'

/** The part of an app's appcfg.json that the agent reads. */
export interface AppConfig {
  /** Empty if the file has none. */
  readonly version: string
  /** Name of the encoding of the workers' output; null if the file has none. */
  readonly encoding: string | null
  /** The app's processor; a text if the file names one that can't be: why. Null if the file names none. */
  readonly processor: ProcessorSetting | string | null
}

/** `Processor` of appcfg.json. */
export interface ProcessorSetting {
  readonly host: string
  readonly port: number
  /** How long a call may take; 0: the file does not say. */
  readonly timeoutMs: number
}

/** Reads appcfg.json of the apps below a folder. */
export interface AppConfigs {
  /**
   * Returns the config as it is now: checks the file each time and reads it again if it has changed. An unreadable file
   * counts as empty. Throws if the file can't be read because the host is short of a resource.
   */
  of(app: string): AppConfig
  /** Forgets the apps that are not among these. */
  keep(apps: readonly string[]): void
}

const configBytes = 256 * 1024
const versionLength = 64
/**
 * A file may change twice within one tick of the file system's clock and look unchanged, so a config is cached only
 * when the file is older than this.
 */
const settledMs = 2_000
const noConfig: AppConfig = { version: '', encoding: null, processor: null }

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

/** Ignores the case of keys, as for the rest of that file. */
function parseConfig(text: string): AppConfig {
  const config = parsed(text)
  const [version, encoding] = [valueAt(config, 'version'), valueAt(config, 'encoding')]
  return {
    version: typeof version === 'string' || typeof version === 'number' ? cutText(String(version), versionLength).toWellFormed() : '',
    encoding: typeof encoding === 'string' && encoding !== '' ? encoding : null,
    processor: parseProcessor(valueAt(config, 'processor')),
  }
}

/** Numbers may be texts. Without an address there is no processor: apps of Elves 0.1.x have an empty `Processor` there. */
function parseProcessor(config: unknown): AppConfig['processor'] {
  const [host, port, timeout] = [valueAt(config, 'addr'), valueAt(config, 'port'), valueAt(config, 'timeout') ?? 0].map((value) =>
    typeof value === 'string' ? value.trim() : value,
  )
  if (host === undefined || host === null || host === '') return null
  if (typeof host !== 'string') return 'Processor.Addr of appcfg.json is not a text'
  if (!isWholeUpTo(port, 1, 65_535)) return 'Processor.Port of appcfg.json is not a port'
  if (!isWholeUpTo(timeout, 0, 2_147_483_647)) return 'Processor.Timeout of appcfg.json is not a number of ms'
  return { host, port: Number(port), timeoutMs: Number(timeout) }
}

function isWholeUpTo(value: unknown, least: number, most: number): boolean {
  if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return false
  return Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most
}

function valueAt(config: unknown, name: string): unknown {
  if (typeof config !== 'object' || config === null) return undefined
  return Object.entries(config).find(([key]) => key.toLowerCase() === name)?.[1]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return null
  }
}
