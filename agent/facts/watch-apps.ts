import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'

export interface WatchApps {
  readonly appsDir: string
  readonly installedApps: () => Promise<InstalledApp[]>
  readonly onChange: (apps: InstalledApp[]) => void
  readonly logger: Logger
  /** How often it scans the folder, with or without a notice from the kernel; the default is the ping interval. */
  readonly lookMs?: number
}

export interface WatchedApps extends Running {
  readonly apps: readonly InstalledApp[]
  /** A run found this version of an app: scans the folder at once if the version was not known. */
  saw(app: string, version: string): void
}

/** When to scan after a change: once soon, and again for an app whose files were still being copied. */
const settleMs = [300, 3_000] as const

/**
 * Keeps the list of installed apps and reports changes. The kernel's notice only makes a change known soon. A periodic
 * scan finds what the watch misses: a file that changed inside an app, a watched folder that was replaced, a link in
 * its path that now points elsewhere.
 */
export async function watchApps({ appsDir, installedApps, onChange, logger, lookMs = 10_000 }: WatchApps): Promise<WatchedApps> {
  makeFolder(appsDir)
  const folder = watchedFolder(appsDir, rescanSoon)
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false
  let looking: Promise<void> | null = null
  let apps: readonly InstalledApp[] | null = null
  await look()
  const periodic = setInterval(look, lookMs).unref()

  function rescanSoon(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
    for (const ms of settleMs) later(ms, look)
  }

  function later(ms: number, what: () => void): void {
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      what()
    }, ms)
    timers.add(timer.unref())
  }

  function look(): Promise<void> {
    looking ??= lookNow()
      .catch((err: unknown) => logger.warn({ err, appsDir }, 'the app folder can not be read; the agent goes on with the apps that it knew'))
      .finally(() => {
        looking = null
      })
    return looking
  }

  async function lookNow(): Promise<void> {
    await folder.follow()
    const found = await installedApps()
    if (isStopped || isDeepStrictEqual(found, apps)) return
    const isFirst = apps === null
    apps = found
    if (isFirst) return
    logger.info({ apps }, 'the installed apps have changed')
    onChange(found)
  }

  return {
    get apps() {
      return apps ?? []
    },
    saw(app, version) {
      if (apps?.some((known) => known.name === app && known.version === version)) return
      // A scan that is already running may have read the app before this version was there.
      void (looking ?? Promise.resolve()).then(look)
    },
    async stop() {
      isStopped = true
      clearInterval(periodic)
      for (const timer of timers) clearTimeout(timer)
      await looking
      folder.close()
    },
  }
}

/** Watches the folder that is at a path now, also after it was replaced. */
function watchedFolder(path: string, onEvent: () => void) {
  let watcher: FSWatcher | null = null
  let watched: string | null = null

  function close(): void {
    watcher?.close()
    watcher = null
    watched = null
  }

  /** If the folder can't be watched now, the next scan tries again. */
  async function follow(): Promise<void> {
    const found = await stat(path, { bigint: true }).catch(() => null)
    // A new folder may get the inode number of the deleted one, so the birth time is compared as well.
    const mark = found && `${found.dev}/${found.ino}/${found.birthtimeNs}`
    if (mark === watched) return
    close()
    if (mark === null) return
    try {
      watcher = watch(path, { persistent: false }, onEvent)
      watcher.on('error', close)
      watched = mark
    } catch {
      close()
    }
  }

  return { follow, close }
}
