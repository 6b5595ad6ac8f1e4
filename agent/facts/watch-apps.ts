import { type FSWatcher, watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'

export interface WatchApps {
  readonly appsDir: string
  readonly installedApps: () => Promise<InstalledApp[]>
  readonly onChange: (apps: InstalledApp[]) => void
  readonly logger: Logger
}

export interface WatchedApps extends Running {
  readonly apps: readonly InstalledApp[]
}

/** After a change in the folder: once soon, and once more for an app whose files were still being copied. */
const settleMs = [300, 3_000] as const
/** A folder that was taken away is looked for again. */
const rewatchMs = 10_000

/** Knows the installed apps and tells when they change. The kernel tells of changes: watching costs nothing while idle. */
export async function watchApps({ appsDir, installedApps, onChange, logger }: WatchApps): Promise<WatchedApps> {
  const timers = new Set<NodeJS.Timeout>()
  let watcher: FSWatcher | undefined
  let isStopped = false
  await mkdir(appsDir, { recursive: true })
  arm()
  let apps = await installedApps()

  function arm(): void {
    try {
      watcher = watch(appsDir, { persistent: false }, rescanSoon)
      watcher.on('error', rearm)
    } catch {
      later(rewatchMs, rearm)
    }
  }

  function rearm(): void {
    watcher?.close()
    if (isStopped) return
    arm()
    rescanSoon()
  }

  function rescanSoon(): void {
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
    for (const ms of settleMs) later(ms, rescan)
  }

  function later(ms: number, what: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      what()
    }, ms)
    timers.add(timer.unref())
  }

  function rescan(): void {
    installedApps().then(
      (found) => {
        if (isStopped || isDeepStrictEqual(found, apps)) return
        apps = found
        logger.info({ apps }, 'the installed apps have changed')
        onChange(found)
      },
      (err) => logger.warn({ err, appsDir }, 'the app folder can not be read'),
    )
  }

  return {
    get apps() {
      return apps
    },
    async stop() {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
      watcher?.close()
    },
  }
}
