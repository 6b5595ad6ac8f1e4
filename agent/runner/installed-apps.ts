import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledApp } from '@elves/schemas/generated/types.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import type { AppConfigs } from './app-config.ts'
import { shortageOf } from './shortage.ts'

/** Whether a text can be an app's name: one path segment, no leading dot. */
export function isAppName(text: string): boolean {
  return appNamePattern.test(text)
}

/**
 * The folders of the apps folder, by name; none where there is no apps folder. Rejects where it can't be read: that it
 * is empty then, nobody knows.
 */
export async function installedApps(appsDir: string, configs: AppConfigs): Promise<InstalledApp[]> {
  const names = (await namesIn(appsDir)).filter(isAppName).sort()
  const areApps = await Promise.all(names.map((name) => isFolder(join(appsDir, name))))
  const apps = names.filter((_, index) => areApps[index])
  configs.keep(apps)
  return apps.map((name) => ({ name, version: configs.of(name).version }))
}

async function namesIn(appsDir: string): Promise<string[]> {
  try {
    return await readdir(appsDir)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (shortageOf(error) !== null) throw error
    return false
  }
}
